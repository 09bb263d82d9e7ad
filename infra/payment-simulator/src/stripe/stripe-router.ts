import express, { Router, type Request, type Response } from 'express';

import { abortedOnDeparture, send } from '../http/reply.js';
import { requestIdOf } from '../http/request-id.js';
import { authenticate } from './authentication.js';
import { parseForm, type Form } from './form.js';
import type { StripeOperation } from './operations/operation.js';
import { paymentIntentOperations } from './operations/payment-intent-operations.js';
import { refundOperations } from './operations/refund-operations.js';
import { apiVersion } from './render.js';
import type { RequestLog } from '../http/request-log.js';
import { errorAnswer, type RequestPipeline } from './request-pipeline.js';
import { invalidRequest, serverError, StripeError, unknownUrl } from './stripe-error.js';

interface StripeRouterOptions {
  readonly pipeline: RequestPipeline;
  readonly requests: RequestLog;
  /** An empty list accepts every key in the format of a secret key. */
  readonly acceptedKeys: readonly string[];
}

const formType = 'application/x-www-form-urlencoded';

/** Stripe's API, as far as it is simulated, below `/v1`. @see https://docs.stripe.com/api */
export function createStripeRouter(options: StripeRouterOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use((request, response, next) => {
    setCommonHeaders(request, response);
    authenticate(request.headers.authorization, options.acceptedKeys);
    next();
  });
  router.use(express.text({ type: () => true, limit: '1mb' }));
  for (const operation of [...paymentIntentOperations, ...refundOperations]) {
    const path = operation.path.replace('/v1', '');
    const serve = (request: Request, response: Response): Promise<void> =>
      serveOperation(operation, options, request, response);
    if (operation.method === 'GET') router.get(path, serve);
    else router.post(path, serve);
  }
  router.use((request) => {
    throw unknownUrl(request.method, request.originalUrl.split('?', 1)[0] ?? '');
  });
  return router;
}

/** @see https://docs.stripe.com/api/request_ids */
function setCommonHeaders(request: Request, response: Response): void {
  const key = request.get('idempotency-key');
  response.set({
    'request-id': requestIdOf(response),
    'stripe-version': request.get('stripe-version') ?? apiVersion,
    'cache-control': 'no-cache, no-store',
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  });
}

async function serveOperation(
  operation: StripeOperation,
  { pipeline, requests }: StripeRouterOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const form = readForm(request);
  const id = String(request.params['id'] ?? '');
  const path = request.originalUrl.split('?', 1)[0] ?? '';
  // "Don't send idempotency keys in GET and DELETE requests because it has no effect."
  const idempotencyKey = (request.method === 'POST' && request.get('idempotency-key')) || null;
  const log = requests.add({
    id: requestIdOf(response),
    at: new Date().toISOString(),
    operation: operation.name,
    method: request.method,
    path,
    payment_intent: operation.paymentIntentOf(id, form) ?? null,
    idempotency_key: idempotencyKey,
    outcome: 'pending',
    status: null,
    replayed: false,
    fault: null,
  });
  const call = { requestId: log.id, operation, id, path, form, idempotencyKey, log };
  try {
    const reply = await pipeline.serve({ ...call, clientGone: abortedOnDeparture(response) });
    log.outcome = reply.kind === 'answer' ? 'answered' : reply.kind;
    log.status = reply.kind === 'answer' ? reply.status : null;
    send(reply, response);
  } catch (error) {
    log.outcome = 'answered';
    log.status = 500;
    throw error;
  }
}

/** @throws StripeError 400 for a body in another encoding */
function readForm(request: Request): Form {
  const query = request.originalUrl.split('?').slice(1).join('?');
  const body: unknown = request.body;
  if (typeof body !== 'string' || body === '') return parseForm(query);
  if (!request.is(formType)) {
    throw invalidRequest(`Invalid request (check that your POST content type is ${formType}).`);
  }
  return { ...parseForm(query), ...parseForm(body) };
}

/** Answers errors before an operation, and failures of the simulator itself, in Stripe's format. */
export function answerStripeFailure(error: unknown, _request: Request, response: Response): void {
  const failure = error instanceof StripeError ? error : (clientFailure(error) ?? serverError(500, false));
  send(errorAnswer(failure, requestIdOf(response)), response);
}

/** Reads an error of Express, such as for a body that is too large. */
function clientFailure(error: unknown): StripeError | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  return error.status < 500
    ? new StripeError(error.status, { type: 'invalid_request_error', message: error.message })
    : undefined;
}
