import { timingSafeEqual } from 'node:crypto';

import express, { Router, type Request, type Response } from 'express';

import { abortedOnDeparture, send } from '../http/reply.js';
import { requestIdOf } from '../http/request-id.js';
import type { RequestLog } from '../http/request-log.js';
import { AdyenError, invalid, serverError, unauthorized } from './adyen-error.js';
import { modificationEndpoints, type ModificationEndpoint } from './adyen-operations.js';
import type { AdyenPipeline } from './adyen-pipeline.js';
import { newPspReference } from './psp-reference.js';

interface AdyenRouterOptions {
  readonly pipeline: AdyenPipeline;
  readonly requests: RequestLog;
  /** An empty list accepts every key. */
  readonly acceptedKeys: readonly string[];
}

/** The versions of the Checkout API that are served: their modifications are the same. */
const versions: ReadonlySet<string> = new Set(['v71', 'v72']);

/** Adyen's Checkout API, as far as it is simulated. @see https://docs.adyen.com/api-explorer/Checkout/latest/overview */
export function createAdyenRouter(options: AdyenRouterOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use((request, response, next) => {
    response.set({ pspreference: newPspReference(), 'cache-control': 'no-store' });
    if (!isAccepted(request.get('x-api-key'), options.acceptedKeys)) throw unauthorized();
    next();
  });
  router.use(express.text({ type: () => true, limit: '1mb' }));
  for (const endpoint of modificationEndpoints) {
    router.post(`/:version/payments/:pspReference/${endpoint.path}`, (request, response, next) => {
      if (!versions.has(request.params.version)) {
        next();
        return;
      }
      return serve(endpoint, options, request, response);
    });
  }
  router.use(() => {
    throw new AdyenError(404, '000', 'Not Found', 'validation');
  });
  return router;
}

function isAccepted(given: string | undefined, accepted: readonly string[]): boolean {
  if (given === undefined || given === '') return false;
  return accepted.length === 0 || accepted.some((key) => isSame(key, given));
}

function isSame(key: string, given: string): boolean {
  const [a, b] = [Buffer.from(key), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function serve(
  endpoint: ModificationEndpoint,
  { pipeline, requests }: AdyenRouterOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const pspReference = String(request.params['pspReference']);
  const idempotencyKey = request.get('idempotency-key') ?? null;
  const log = requests.add({
    id: requestIdOf(response),
    at: new Date().toISOString(),
    operation: endpoint.operation,
    method: request.method,
    path: request.originalUrl.split('?', 1)[0] ?? '',
    payment_intent: pspReference,
    idempotency_key: idempotencyKey,
    outcome: 'pending',
    status: null,
    replayed: false,
    fault: null,
  });
  const body = typeof request.body === 'string' ? request.body : '';
  const clientGone = abortedOnDeparture(response);
  try {
    const reply = await pipeline.serve({ endpoint, pspReference, body, idempotencyKey, clientGone, log });
    log.outcome = reply.kind === 'answer' ? 'answered' : reply.kind;
    log.status = reply.kind === 'answer' ? reply.status : null;
    send(reply, response);
  } catch (error) {
    log.outcome = 'answered';
    log.status = 500;
    throw error;
  }
}

/** Answers errors before an operation, and failures of the simulator itself, in Adyen's format. */
export function answerAdyenFailure(error: unknown, _request: Request, response: Response): void {
  send(failureOf(error).answer(), response);
}

function failureOf(error: unknown): AdyenError {
  if (error instanceof AdyenError) return error;
  // Express could not read the request: its body is too large, for example.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500) {
    return invalid('702', error.message);
  }
  return serverError(500, false);
}
