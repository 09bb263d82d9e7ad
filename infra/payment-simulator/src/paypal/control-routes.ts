import { Router } from 'express';
import { z } from 'zod';

import { ControlError, readControl } from '../control/control-error.js';
import type { WebhookSender } from '../webhooks/webhook-sender.js';
import type { AccessTokens } from './access-tokens.js';
import { checkOutAtPayPal, completeAuthorization } from './checkout.js';
import { disputeCapture, disputeOutcomes, giveBack, resolveDispute } from './claims.js';
import { isCurrency } from './money.js';
import type { PayPalAccount } from './paypal-account.js';
import type { CaptureRecord, EventRecord } from './records.js';
import { completeCapture, completeRefund, denyCapture } from './settlement.js';
import type { WebhookSigning } from './webhooks/signing.js';

interface ControlOptions {
  readonly account: PayPalAccount;
  readonly tokens: AccessTokens;
  readonly signing: WebhookSigning;
  readonly webhooks: WebhookSender<EventRecord>;
}

const checkoutRequest = z
  .strictObject({
    count: z.int().min(1).max(10_000).default(1),
    amount: z.int().min(1),
    currency: z
      .string()
      .default('USD')
      .transform((currency) => currency.toUpperCase())
      .refine(isCurrency, 'must be a currency that PayPal supports'),
    status: z.enum(['CREATED', 'DENIED', 'PENDING']).default('CREATED'),
    capturesPend: z.boolean().default(false),
    refundsPend: z.boolean().default(false),
    fundsLeave: z.boolean().default(false),
    customId: z.string().min(1).max(127).nullable().default(null),
    reference: z
      .string()
      .regex(/^[A-Z0-9]{10,20}$/, 'must be 10 to 20 capital letters and digits')
      .optional(),
  })
  .refine(({ count, reference }) => reference === undefined || count === 1, {
    path: ['reference'],
    error: 'is allowed only with a count of 1',
  });

const authorizationCompletion = z.strictObject({ outcome: z.enum(['created', 'denied']) });
const captureCompletion = z.strictObject({
  outcome: z.enum(['completed', 'denied']),
  reason: z.string().min(1).default('OTHER'),
});
const refundRequest = z.strictObject({ amount: z.int().min(1).optional() });
const disputeResolution = z.strictObject({ outcome: z.enum(disputeOutcomes) });
const refundCompletion = z.strictObject({ outcome: z.enum(['completed', 'failed']) });
const endpointRequest = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
  webhookId: z.string().min(1),
});

/** The part of `GET /control` about these routes. */
export const payPalControlIndex = {
  'POST /control/paypal/authorizations':
    '{count?, amount, currency?, status?: CREATED | DENIED | PENDING, capturesPend?, refundsPend?, fundsLeave?, ' +
    "customId?, reference?} → {ids}: a checkout's authorisations",
  'POST /control/paypal/authorizations/:id/complete': '{outcome: created | denied}: ends PENDING',
  'GET /control/paypal/authorizations/:id/captures': '{captures: [{id, status}]}',
  'POST /control/paypal/captures/:id/complete': '{outcome: completed | denied, reason?}: ends PENDING',
  'POST /control/paypal/captures/:id/refund': '{amount?} → {id}: a refund in the dashboard',
  'POST /control/paypal/captures/:id/reverse': 'PayPal gives the rest of the capture back to the payer',
  'POST /control/paypal/captures/:id/dispute': '→ {id}: the payer disputes it',
  'POST /control/paypal/captures/:id/disputes/:dispute/resolve':
    '{outcome}: ends it; RESOLVED_BUYER_FAVOUR and ACCEPTED give the rest of the capture back',
  'POST /control/paypal/refunds/:id/complete': '{outcome: completed | failed}: ends PENDING',
  'POST /control/paypal/tokens/revoke': 'invalidates all access tokens',
  'GET /control/paypal/webhooks': '{endpoint, authority (PEM), pending, deliveries}',
  'PUT /control/paypal/webhooks': '{url, webhookId}: sends events there from now on',
  'DELETE /control/paypal/webhooks': 'sends no more events',
  'POST /control/paypal/webhooks/flush': 'sends all waiting events at once',
} as const;

/** Controls events outside of PayPal's API: payments, outcomes of reviews, revoked tokens and webhooks. */
export function createPayPalControl(options: ControlOptions): Router {
  const { account, tokens } = options;
  const router = Router();
  router.post('/authorizations', (request, response) => {
    const { count, ...checkout } = readControl(checkoutRequest, request.body);
    const { reference } = checkout;
    if (reference !== undefined && account.records.authorizations.get(reference)) {
      throw new ControlError(409, `authorisation ${reference} exists already`);
    }
    response.status(201).json({ ids: checkOutAtPayPal(account, checkout, count) });
  });
  router.post('/authorizations/:id/complete', (request, response) => {
    const { id } = request.params;
    const { outcome } = readControl(authorizationCompletion, request.body);
    const completed = completeAuthorization(account, id, outcome === 'created' ? 'CREATED' : 'DENIED');
    if (!completed) throw new ControlError(409, `there is no PENDING authorisation ${id}`);
    response.json({ id, status: completed.status });
  });
  router.post('/tokens/revoke', (_request, response) => {
    response.json({ revoked: tokens.revokeAll() });
  });
  addSettlementRoutes(router, account);
  addWebhookRoutes(router, options);
  return router;
}

function addSettlementRoutes(router: Router, account: PayPalAccount): void {
  const { records } = account;
  const captureOf = (id: string): CaptureRecord => {
    const capture = records.captures.get(id);
    if (!capture) throw new ControlError(404, `there is no capture ${id}`);
    return capture;
  };
  router.get('/authorizations/:id/captures', (request, response) => {
    const captures = records.captures.group(request.params.id);
    response.json({ captures: captures.map(({ id, status }) => ({ id, status })) });
  });
  router.post('/captures/:id/complete', (request, response) => {
    const capture = captureOf(request.params.id);
    const { outcome, reason } = readControl(captureCompletion, request.body);
    if (capture.status !== 'PENDING') throw new ControlError(409, `the capture is ${capture.status}`);
    const execution = account.begin();
    const settled =
      outcome === 'completed' ? completeCapture(execution, capture) : denyCapture(execution, capture, reason);
    account.commit(execution);
    response.json({ id: settled.id, status: settled.status });
  });
  router.post('/captures/:id/reverse', (request, response) => {
    const capture = captureOf(request.params.id);
    const id = giveBack(account, capture, 'PAYMENT.CAPTURE.REVERSED');
    if (id === undefined) throw new ControlError(409, `the capture is ${capture.status}`);
    response.json({ id });
  });
  router.post('/captures/:id/refund', (request, response) => {
    const capture = captureOf(request.params.id);
    const { amount } = readControl(refundRequest, request.body);
    const id = giveBack(account, capture, 'PAYMENT.CAPTURE.REFUNDED', amount);
    if (id === undefined) throw new ControlError(409, `the capture is ${capture.status}`);
    response.json({ id });
  });
  router.post('/captures/:id/dispute', (request, response) => {
    response.status(201).json({ id: disputeCapture(account, captureOf(request.params.id)) });
  });
  router.post('/captures/:id/disputes/:dispute/resolve', (request, response) => {
    const { id, dispute } = request.params;
    const { outcome } = readControl(disputeResolution, request.body);
    resolveDispute(account, captureOf(id), dispute, outcome);
    response.json({ id: dispute });
  });
  router.post('/refunds/:id/complete', (request, response) => {
    const refund = records.refunds.get(request.params.id);
    if (!refund) throw new ControlError(404, `there is no refund ${request.params.id}`);
    const { outcome } = readControl(refundCompletion, request.body);
    if (refund.status !== 'PENDING') throw new ControlError(409, `the refund is ${refund.status}`);
    const execution = account.begin();
    const settled =
      outcome === 'completed'
        ? completeRefund(execution, refund, captureOf(refund.capture))
        : execution.putRefund({ ...refund, status: 'FAILED' });
    account.commit(execution);
    response.json({ id: settled.id, status: settled.status });
  });
}

function addWebhookRoutes(router: Router, { signing, webhooks }: ControlOptions): void {
  const status = async () => ({
    endpoint: webhooks.endpoint?.url ?? null,
    authority: (await signing.get()).authorityPem,
    ...webhooks.status(),
  });
  router.get('/webhooks', async (_request, response) => {
    response.json(await status());
  });
  router.put('/webhooks', async (request, response) => {
    const { url, webhookId } = readControl(endpointRequest, request.body);
    webhooks.use({ url, secret: webhookId });
    response.json(await status());
  });
  router.delete('/webhooks', async (_request, response) => {
    webhooks.use(undefined);
    response.json(await status());
  });
  router.post('/webhooks/flush', (_request, response) => {
    response.json({ sent: webhooks.flush() });
  });
}
