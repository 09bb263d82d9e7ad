import { paymentProviderNames, type PaymentProviderName } from '@oms/domain';
import type { WebhookReader, WebhookReaders } from '@oms/payments';
import express, { Router, type Request, type RequestHandler, type Response } from 'express';

import { HttpError } from '../../http/http-error.js';
import { limitRefusals, type RateLimitDeps } from '../../rate-limit/rate-limit.js';
import { onlyMethods } from '../../http/only-methods.js';
import { contextOf } from '../../http/request-context.js';
import type { NotificationStarter } from '../../temporal/notification-starter.js';

export interface WebhookRoutesDeps {
  /** Of the providers whose webhooks are configured. */
  readonly webhooks: WebhookReaders;
  readonly notifications: NotificationStarter;
  readonly rateLimit: RateLimitDeps;
}

const root = '/webhooks/';
const maxBodyBytes = 1024 * 1024;

/**
 * Providers send from few addresses, and much at once: what may be their webhook is not counted against the rate limit
 * before it is known whether it is one.
 */
export function isWebhook(
  { webhooks }: Pick<WebhookRoutesDeps, 'webhooks'>,
  { method, path }: Pick<Request, 'method' | 'path'>,
): boolean {
  return method === 'POST' && paymentProviderNames.some((name) => webhooks[name] && path === root + name);
}

/**
 * `POST /webhooks/{provider}`: 200 when what the provider said is in the hands of Temporal, or known already, 400 when it is not the
 * provider's word, 503 when it has to be sent again. There is no token: the signature says who speaks. What is
 * not the provider's word is limited by address (429); what is never is.
 */
export function webhookRoutes(deps: WebhookRoutesDeps): RequestHandler {
  const router = Router({ caseSensitive: true, strict: true });
  for (const provider of paymentProviderNames) {
    const reader = deps.webhooks[provider];
    if (!reader) continue;
    const path = `${root}${provider}`;
    router.post(path, readBytes(), async (request, response) => {
      const count = await receive(reader, deps.notifications, request);
      accept(response, provider, count);
    });
    router.use(path, limitRefusals(deps.rateLimit, 'webhooks'));
    router.all(path, onlyMethods(['POST']));
  }
  return router;
}

/** Signatures are over the bytes as they came. */
function readBytes(): RequestHandler {
  const read = express.raw({ limit: maxBodyBytes, type: () => true, inflate: false });
  return (request, response, next) => {
    read(request, response, (error: unknown) => {
      if (error === undefined) next();
      else next(bodyFault(error));
    });
  };
}

function bodyFault(cause: unknown): unknown {
  const status = cause instanceof Error && 'status' in cause ? cause.status : undefined;
  if (status === 413) return new HttpError(413, 'a webhook must not be larger than 1 MB', { cause });
  return typeof status === 'number' && status < 500
    ? new HttpError(400, 'the body of the webhook cannot be read', { cause })
    : cause;
}

/**
 * @returns how much the webhook said that this system knows
 * @throws HttpError
 */
async function receive(
  reader: WebhookReader,
  notifications: NotificationStarter,
  request: Request,
): Promise<number> {
  const { log } = contextOf(request);
  const outcome = await reader.read({
    headers: headersOf(request),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  });
  switch (outcome.kind) {
    case 'refused':
      log.warn({ provider: reader.name, why: outcome.message }, 'a webhook was refused');
      throw new HttpError(400, outcome.message);
    case 'unavailable':
      log.warn({ provider: reader.name, why: outcome.message }, 'a webhook cannot be read now');
      throw new HttpError(503, 'the webhook cannot be read now; send it again');
    case 'verified':
      if (outcome.notifications.length === 0) {
        log.debug({ provider: reader.name }, 'a webhook speaks of nothing that concerns an order');
      }
      try {
        await Promise.all(outcome.notifications.map((notification) => notifications.start(notification)));
      } catch (cause) {
        throw new HttpError(503, 'the webhook cannot be taken now; send it again', { cause });
      }
      return outcome.notifications.length;
  }
}

function headersOf({ headers }: Request): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));
}

/** Older webhooks of Adyen's want exactly this text; nobody else minds what it is. */
function accept(response: Response, provider: PaymentProviderName, count: number): void {
  response.status(200);
  if (provider === 'adyen') response.type('text/plain').send('[accepted]');
  else response.json({ received: count });
}
