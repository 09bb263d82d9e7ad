import { RefusalCode, RefusedError, paymentProviderNames, type PaymentProviderName } from '@oms/domain';
import { maxWebhookBytes, type WebhookReader, type WebhookReaders } from '@oms/payments';
import { Router, type Request, type RequestHandler, type Response } from 'express';

import { HttpRefusal } from '../../http/refuse.js';
import { faultOfStructure } from '../../http/json-bounds.js';
import { onlyMethods } from '../../http/only-methods.js';
import { readBytes } from '../../http/read-bytes.js';
import { limitRefusals, type RateLimitDeps } from '../../rate-limit/rate-limit.js';
import { contextOf } from '../../http/request-context.js';
import type { NotificationInbox } from '../../temporal/notification-inbox.js';

export interface WebhookRoutesDeps {
  /** Of the providers whose webhooks are configured. */
  readonly webhooks: WebhookReaders;
  readonly notifications: NotificationInbox;
  readonly rateLimit: RateLimitDeps;
}

const root = '/webhooks/';

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
 * `POST /webhooks/{provider}`: 200 when the notification is kept and the orders are told, 400 when it is not the
 * provider's word, 503 when it has to be sent again. There is no token: the signature says who speaks.
 *
 * Anybody may send here, so the cheapest question comes first. An address that has used up its refusals is answered 429
 * before its body is read, whatever it is: providers send again what was not taken. Then the headers are looked at, then
 * the body is read, up to a size, and only then its signature is checked.
 */
export function webhookRoutes(deps: WebhookRoutesDeps): RequestHandler {
  const router = Router({ caseSensitive: true, strict: true });
  const refusals = limitRefusals(deps.rateLimit, 'webhooks', isRefusal);
  const readBody = readBytes({
    maxBytes: maxWebhookBytes,
    tooLarge: `a webhook must not be larger than ${maxWebhookBytes / 1024} KB`,
  });
  for (const provider of paymentProviderNames) {
    const reader = deps.webhooks[provider];
    if (!reader) continue;
    const path = `${root}${provider}`;
    // The refusals are looked at once more when the body is there: many may have been sent at once.
    const gate = [refusals.stop, checkHeaders(reader), readBody, refusals.stop, checkStructure()];
    router.post(path, ...gate, async (request, response) => {
      const count = await receive(reader, deps.notifications, request);
      accept(response, provider, count);
    });
    router.use(path, refusals.count);
    router.all(path, onlyMethods(['POST']));
  }
  return router;
}

/** Nobody can say who sent it: as good as a refusal, since strangers can bring it about. */
class UnverifiedWebhook extends HttpRefusal {
  constructor() {
    super(RefusalCode.Unavailable, cannotBeRead);
  }
}

const cannotBeRead = 'the webhook cannot be read now; send it again';

/** Whether it is the request that is at fault, and not this system. */
function isRefusal(error: unknown): boolean {
  if (error instanceof UnverifiedWebhook) return true;
  if (!(error instanceof RefusedError)) return false;
  const codes: readonly string[] = [RefusalCode.InvalidRequest, RefusalCode.TooLarge];
  return codes.includes(error.refusal.code);
}

function checkHeaders(reader: WebhookReader): RequestHandler {
  return (request, _response, next) => {
    const why = reader.refusalOf(headersOf(request));
    if (why !== undefined) throw refused(request, reader, why);
    next();
  };
}

/** Some bodies have to be parsed before their signature can be checked. No provider's comes near the bounds. */
function checkStructure(): RequestHandler {
  return (request, _response, next) => {
    const fault = faultOfStructure(bodyOf(request));
    if (fault !== undefined) throw new HttpRefusal(RefusalCode.InvalidRequest, `the body ${fault}`);
    next();
  };
}

/**
 * @returns how much the webhook said that this system knows
 * @throws HttpRefusal
 */
async function receive(
  reader: WebhookReader,
  notifications: NotificationInbox,
  request: Request,
): Promise<number> {
  const { log } = contextOf(request);
  const outcome = await reader.read({ headers: headersOf(request), body: bodyOf(request) });
  switch (outcome.kind) {
    case 'refused':
      throw refused(request, reader, outcome.message);
    case 'unavailable':
      log.warn({ provider: reader.name, why: outcome.message }, 'a webhook cannot be read now');
      throw outcome.isSigned
        ? new HttpRefusal(RefusalCode.Unavailable, cannotBeRead)
        : new UnverifiedWebhook();
    case 'verified':
      if (outcome.notifications.length === 0) {
        log.debug({ provider: reader.name }, 'a webhook speaks of nothing that concerns an order');
      }
      try {
        await Promise.all(outcome.notifications.map((notification) => notifications.receive(notification)));
      } catch (cause) {
        throw new HttpRefusal(RefusalCode.Unavailable, 'the webhook cannot be taken now; send it again', {
          cause,
        });
      }
      return outcome.notifications.length;
  }
}

function refused(request: Request, { name: provider }: WebhookReader, why: string): HttpRefusal {
  contextOf(request).log.warn({ provider, why }, 'a webhook was refused');
  return new HttpRefusal(RefusalCode.InvalidRequest, why);
}

/** As it came: signatures are over the bytes. */
function bodyOf({ body }: Request): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
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
