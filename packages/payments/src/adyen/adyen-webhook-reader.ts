import { createHash, timingSafeEqual } from 'node:crypto';

import { PaymentProviderName } from '@oms/domain';
import { z } from 'zod';

import type { WebhookOutcome, WebhookReader, WebhookRequest } from '../payment-notification.js';
import { notificationItem, readNotification } from './adyen-notification.js';
import { isSigned, readHmacKeys } from './notification-signature.js';

export interface AdyenWebhookConfig {
  /** The webhook's HMAC key. Several while a new one is being introduced: Adyen goes on using the old one for a time. */
  readonly hmacKey: string | readonly string[];
  readonly merchantAccount: string;
  /** Where the webhook is configured with basic authentication. */
  readonly basicAuth?: { readonly username: string; readonly password: string };
}

const webhookBody = z.object({
  notificationItems: z.array(z.object({ NotificationRequestItem: notificationItem })).min(1),
});

/**
 * Reads Adyen's standard webhooks. A request is verified as a whole or refused as a whole: Adyen repeats what was not
 * accepted, with all of its items.
 *
 * Adyen takes any 2xx for an acceptance; older webhooks want the body `[accepted]`.
 *
 * @throws TypeError when the configuration cannot be meant
 */
export function createAdyenWebhookReader(config: AdyenWebhookConfig): WebhookReader {
  const keys = readHmacKeys(config.hmacKey);
  const expected = config.basicAuth && authorizationOf(config.basicAuth);
  return {
    name: PaymentProviderName.Adyen,
    read: (request) => Promise.resolve(readWebhook(request, { ...config, keys, expected })),
  };
}

interface Checks {
  readonly keys: readonly Buffer[];
  readonly merchantAccount: string;
  readonly expected: string | undefined;
}

function readWebhook({ headers, body }: WebhookRequest, checks: Checks): WebhookOutcome {
  if (checks.expected !== undefined && !isSame(headers['authorization'] ?? '', checks.expected)) {
    return refused('the webhook has not the user name and password that were agreed on');
  }
  const parsed = webhookBody.safeParse(parseJson(body));
  if (!parsed.success) return refused(`the webhook is none of Adyen's: ${faultsOf(parsed.error)}`);
  const items = parsed.data.notificationItems.map((wrapper) => wrapper.NotificationRequestItem);
  for (const item of items) {
    if (!isSigned(item, checks.keys)) {
      return refused('the webhook has an item that is not signed with a key of ours');
    }
    if (item.merchantAccountCode !== checks.merchantAccount) {
      return refused('the webhook has an item of another merchant account');
    }
  }
  return { kind: 'verified', notifications: items.flatMap((item) => readNotification(item) ?? []) };
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

/** Names the members at fault, and never what they hold. */
function faultsOf(error: z.ZodError): string {
  const paths = error.issues.map(({ path }) => path.join('.') || 'the body');
  return `${[...new Set(paths)].slice(0, 5).join(', ')} cannot be read`;
}

function authorizationOf({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Compares digests, so that the time tells nothing, not even the length. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
