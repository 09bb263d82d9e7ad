import { createHash, timingSafeEqual } from 'node:crypto';

import { PaymentProviderName } from '@oms/domain';
import type { z } from 'zod';

import type {
  PaymentNotification,
  WebhookOutcome,
  WebhookReader,
  WebhookRequest,
} from '../payment-notification.js';
import { notificationItem, readNotifications } from './adyen-notification.js';
import { isSigned, memberOf, readHmacKeys } from './notification-signature.js';

export interface AdyenWebhookConfig {
  /** The webhook's HMAC key. Several while a new one is being introduced: Adyen goes on using the old one for a time. */
  readonly hmacKey: string | readonly string[];
  readonly merchantAccount: string;
  /** Where the webhook is configured with basic authentication; several passwords while a new one is being introduced. */
  readonly basicAuth?: { readonly username: string; readonly passwords: readonly string[] };
}

/** Adyen sends one item, or a few. */
const maxItems = 100;

/**
 * Reads Adyen's standard webhooks. A request is verified or refused as a whole: Adyen repeats a refused one with all of
 * its items. A stranger causes little work: the password is checked first, and the first invalid item ends the check,
 * each item's signature before its form.
 *
 * Adyen takes any 2xx for an acceptance; older webhooks want the body `[accepted]`.
 *
 * @throws TypeError for an invalid configuration
 */
export function createAdyenWebhookReader(config: AdyenWebhookConfig): WebhookReader {
  const checks: Checks = {
    keys: readHmacKeys(config.hmacKey),
    merchantAccount: config.merchantAccount,
    authorizations: authorizationsOf(config.basicAuth),
  };
  const refusalOf = ({ authorization = '' }: WebhookRequest['headers']): string | undefined =>
    isAuthorized(authorization, checks)
      ? undefined
      : 'the webhook has not the user name and password that were agreed on';
  return {
    name: PaymentProviderName.Adyen,
    refusalOf,
    read: ({ headers, body }) => {
      const refusal = refusalOf(headers);
      return Promise.resolve(refusal === undefined ? readWebhook(body, checks) : refused(refusal));
    },
  };
}

interface Checks {
  readonly keys: readonly Buffer[];
  readonly merchantAccount: string;
  /** The accepted `Authorization` headers. Undefined: any. */
  readonly authorizations: readonly string[] | undefined;
}

function readWebhook(body: Buffer, checks: Checks): WebhookOutcome {
  const items = memberOf(parseJson(body), 'notificationItems');
  if (!Array.isArray(items) || items.length === 0 || items.length > maxItems) {
    return refused(`the webhook is none of Adyen's: it has not 1 to ${maxItems} notificationItems`);
  }
  const notifications: PaymentNotification[] = [];
  for (const [index, wrapper] of (items as readonly unknown[]).entries()) {
    const raw = memberOf(wrapper, 'NotificationRequestItem');
    if (!isSigned(raw, checks.keys)) {
      return refused('the webhook has an item that is not signed with a key of ours');
    }
    const item = notificationItem.safeParse(raw);
    if (!item.success) {
      return refused(
        `the webhook is none of Adyen's: ${faultsOf(item.error)} of item ${index} cannot be read`,
      );
    }
    if (item.data.merchantAccountCode !== checks.merchantAccount) {
      return refused('the webhook has an item of another merchant account');
    }
    notifications.push(...readNotifications(item.data));
  }
  return { kind: 'verified', notifications };
}

function refused(message: string): WebhookOutcome {
  return { kind: 'refused', message };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Names the invalid members, and never their values. */
function faultsOf(error: z.ZodError): string {
  const paths = error.issues.map(({ path }) => path.join('.') || 'all');
  return [...new Set(paths)].slice(0, 5).join(', ');
}

/** @throws TypeError for a user name or passwords that cannot be sent */
function authorizationsOf(basicAuth: AdyenWebhookConfig['basicAuth']): readonly string[] | undefined {
  if (!basicAuth) return undefined;
  const { username, passwords } = basicAuth;
  if (username.includes(':') || passwords.length === 0 || passwords.includes('')) {
    throw new TypeError(
      "Adyen's webhooks need a user name without a colon, and passwords that are not empty",
    );
  }
  return passwords.map((password) => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`);
}

/** Compares with each of them, so that the time does not tell which one matched. */
function isAuthorized(given: string, { authorizations }: Checks): boolean {
  if (authorizations === undefined) return true;
  return authorizations.map((expected) => isSame(given, expected)).includes(true);
}

/** Compares digests, so that the time tells nothing, not even the length. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
