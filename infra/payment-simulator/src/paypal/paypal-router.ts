import express, { Router, type Request, type Response } from 'express';

import type { RequestFaults } from '../faults/request-faults.js';
import { abortedOnDeparture, send, type Answer } from '../http/reply.js';
import { requestIdOf } from '../http/request-id.js';
import type { LoggedRequest, RequestLog } from '../http/request-log.js';
import type { AccessTokens } from './access-tokens.js';
import { payPalChanges } from './operations/changes.js';
import { PayPalOperationName, type PayPalOperation } from './operations/operation.js';
import { payPalReads } from './operations/reads.js';
import { invalidRequest, PayPalError, resourceNotFound, serverError } from './paypal-error.js';
import { answerOf, errorAnswer, type PayPalPipeline } from './paypal-pipeline.js';
import type { PayPalRecords } from './records.js';
import { certificatePath } from './webhooks/paypal-webhooks.js';

interface RouterOptions {
  readonly pipeline: PayPalPipeline;
  readonly faults: RequestFaults;
  readonly records: PayPalRecords;
  readonly requests: RequestLog;
  readonly tokens: AccessTokens;
  /** The certificate of webhook signatures, as PEM. */
  readonly certificate: () => Promise<string>;
}

const operations: readonly PayPalOperation[] = [...payPalReads, ...payPalChanges];

/** PayPal's API, as far as it is simulated. @see https://developer.paypal.com/docs/api/payments/v2/ */
export function createPayPalRouter(options: RouterOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/v1/oauth2/token', express.text({ type: () => true, limit: '100kb' }), (request, response) =>
    serveWithoutToken(PayPalOperationName.Token, options, request, response),
  );
  router.get(certificatePath, (request, response) =>
    serveWithoutToken(PayPalOperationName.GetCertificate, options, request, response),
  );
  router.use((request, response, next) => {
    if (options.tokens.isValid(request.headers.authorization)) {
      next();
      return;
    }
    const error_description = 'Token signature verification failed';
    send(answerOf(401, { error: 'invalid_token', error_description }), response);
  });
  router.use(express.json({ limit: '1mb' }));
  for (const operation of operations) {
    const serve = (request: Request, response: Response): Promise<void> =>
      serveOperation(operation, options, request, response);
    if (operation.method === 'GET') router.get(`/v2${operation.path}`, serve);
    else router.post(`/v2${operation.path}`, serve);
  }
  router.use(() => {
    throw resourceNotFound();
  });
  return router;
}

/** Serves access tokens and the certificate, which need no token. */
async function serveWithoutToken(
  operation: 'paypal.oauth2.token' | 'paypal.certificates.get',
  { faults, requests, tokens, certificate }: RouterOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const log = addToLog(requests, request, response, { operation, payment: null });
  const call = { log, clientGone: abortedOnDeparture(response) };
  const fault = faults.due(call, false);
  const ended = fault && (await faults.before(call, fault));
  const answer =
    operation === PayPalOperationName.Token
      ? tokenAnswer(request, tokens)
      : { ...answerOf(200, {}), body: await certificate() };
  const reply = ended ?? (fault ? await faults.after(call, fault, answer) : answer);
  close(log, reply);
  send(reply, response);
}

function tokenAnswer(request: Request, tokens: AccessTokens): Answer {
  const grant = new URLSearchParams(String(request.body)).get('grant_type');
  if (grant !== 'client_credentials') {
    const error_description = 'Grant Type is NULL';
    return answerOf(400, { error: 'unsupported_grant_type', error_description });
  }
  const token = tokens.issue(request.headers.authorization);
  if (token) return answerOf(200, token);
  return answerOf(401, { error: 'invalid_client', error_description: 'Client Authentication failed' });
}

async function serveOperation(
  operation: PayPalOperation,
  { pipeline, records, requests }: RouterOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const id = String(request.params['id'] ?? '');
  const payment = operation.paymentOf(id, records) ?? null;
  const log = addToLog(requests, request, response, { operation: operation.name, payment });
  const call = {
    operation,
    id,
    path: log.path,
    body: request.body as unknown, // Unchecked: operations parse it.
    key: log.idempotency_key,
    whole: operation.method === 'GET' || request.get('prefer') === 'return=representation',
    log,
    clientGone: abortedOnDeparture(response),
  };
  try {
    const reply = await pipeline.serve(call);
    close(log, reply);
    send(reply, response);
  } catch (error) {
    close(log, { kind: 'answer', status: 500 });
    throw error;
  }
}

function addToLog(
  requests: RequestLog,
  request: Request,
  response: Response,
  about: { readonly operation: string; readonly payment: string | null },
): LoggedRequest {
  return requests.add({
    id: requestIdOf(response),
    at: new Date().toISOString(),
    operation: about.operation,
    method: request.method,
    path: request.originalUrl.split('?', 1)[0] ?? '',
    payment_intent: about.payment,
    idempotency_key: (request.method === 'POST' && request.get('paypal-request-id')) || null,
    outcome: 'pending',
    status: null,
    replayed: false,
    fault: null,
  });
}

function close(
  log: LoggedRequest,
  reply: { readonly kind: 'answer'; readonly status: number } | { readonly kind: 'reset' | 'gone' },
): void {
  log.outcome = reply.kind === 'answer' ? 'answered' : reply.kind;
  log.status = reply.kind === 'answer' ? reply.status : null;
}

/** Answers errors before an operation, and failures of the simulator itself, in PayPal's format. */
export function answerPayPalFailure(error: unknown, _request: Request, response: Response): void {
  send(
    errorAnswer(error instanceof PayPalError ? error : (clientFailure(error) ?? serverError(500))),
    response,
  );
}

/** Reads an error of Express, such as for a body with invalid JSON. */
function clientFailure(error: unknown): PayPalError | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  return error.status < 500 ? invalidRequest('MALFORMED_REQUEST_JSON', error.message) : undefined;
}
