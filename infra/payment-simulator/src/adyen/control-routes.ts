import { Router } from 'express';
import { z } from 'zod';

import { ControlError, readControl } from '../control/control-error.js';
import { createWebhookRoutes } from '../control/webhook-routes.js';
import { LedgerOperation } from '../store/ledger.js';
import type { WebhookSender } from '../webhooks/webhook-sender.js';
import type { AdyenAccount } from './adyen-account.js';
import type { ModificationRecord, PaymentRecord } from './adyen-records.js';
import { isPspReference, newPspReference } from './psp-reference.js';
import { expirePayment, failSettled, refundPayment, settleModification } from './settlement.js';

const checkoutRequest = z
  .strictObject({
    count: z.int().min(1).max(100_000).default(1),
    amount: z.int().min(1),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be three upper-case letters')
      .default('USD'),
    status: z.enum(['authorised', 'refused']).default('authorised'),
    pspReference: z.string().refine(isPspReference, 'must be 16 upper-case letters and digits').optional(),
    merchantReference: z.string().min(1).max(80).optional(),
    refusalReason: z.string().min(1).optional(),
  })
  .refine(({ count, pspReference }) => pspReference === undefined || count === 1, {
    path: ['pspReference'],
    error: 'is allowed only with a count of 1',
  });

const settlementRequest = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('auto'), delayMs: z.int().min(0).max(3_600_000).default(0) }),
  z.strictObject({ mode: z.literal('hold') }),
]);

const settleRequest = z.strictObject({ pspReference: z.string().min(1).optional() });

const completion = z.strictObject({
  outcome: z.enum(['succeeded', 'failed', 'recaptured']),
  reason: z.string().min(1).default('Refused'),
});

const refund = z.strictObject({ amount: z.int().min(1).optional() });

/** @see https://docs.adyen.com/risk-management/disputes-api/dispute-notifications/ */
const chargebackEvents = [
  'REQUEST_FOR_INFORMATION',
  'NOTIFICATION_OF_CHARGEBACK',
  'CHARGEBACK',
  'CHARGEBACK_REVERSED',
  'SECOND_CHARGEBACK',
  'ISSUER_RESPONSE_TIMEFRAME_EXPIRED',
] as const;

const chargeback = z.strictObject({
  event: z.enum(chargebackEvents).default('CHARGEBACK'),
  pspReference: z.string().refine(isPspReference, 'must be 16 upper-case letters and digits').optional(),
  amount: z.int().min(1).optional(),
  reason: z.string().min(1).default('Other Fraud'),
});

const hmacKey = z.string().regex(/^([0-9A-Fa-f]{2})+$/, 'must be hexadecimal digits, as Adyen gives it');

/** The part of `GET /control` about these routes. */
export const adyenControlIndex = {
  'POST /control/adyen/payments':
    '{count?, amount, currency?, status?: authorised | refused, pspReference?, merchantReference?, refusalReason?} ' +
    "→ {pspReferences}: a checkout's payments",
  'GET /control/adyen/payments/:pspReference': '{payment, modifications}',
  'POST /control/adyen/payments/:pspReference/expire': 'expires the authorisation',
  'POST /control/adyen/payments/:pspReference/refund':
    '{amount?} → {pspReference}: a refund in the Customer Area',
  'POST /control/adyen/payments/:pspReference/chargeback':
    '{event?, pspReference?, amount?, reason?} → {pspReference}: an event of a dispute, a new one by default',
  'GET /control/adyen/settlement': '{mode: auto, delayMs} or {mode: hold}',
  'PUT /control/adyen/settlement': 'the same members: when modifications from now on are settled',
  'POST /control/adyen/settle':
    '{pspReference?} → {settled}: settles the pending modifications of a payment, or all, now',
  'POST /control/adyen/modifications/:pspReference/complete':
    '{outcome: succeeded | failed | recaptured, reason?}: settles one, fails a successful one, or captures again',
  'GET, PUT, DELETE /control/adyen/webhooks; POST /control/adyen/webhooks/flush': "as Stripe's",
};

/** Controls events outside of Adyen's API: payments of shoppers, outcomes of modifications, expiry. */
export function createAdyenControlRoutes(account: AdyenAccount, sender: WebhookSender): Router {
  const { records } = account;
  const router = Router();
  router.use('/adyen', createPaymentRoutes(account), createWebhookRoutes(sender, hmacKey));
  router.get('/adyen/settlement', (_request, response) => {
    response.json(account.settlement);
  });
  router.put('/adyen/settlement', (request, response) => {
    account.settlement = readControl(settlementRequest, request.body);
    response.json(account.settlement);
  });
  router.post('/adyen/settle', (request, response) => {
    const { pspReference } = readControl(settleRequest, request.body);
    const settled = account.settle(({ payment }) => pspReference === undefined || payment === pspReference);
    response.json({ settled });
  });
  router.post('/adyen/modifications/:pspReference/complete', (request, response) => {
    const { pspReference: id } = request.params;
    const modification = records.modifications.get(id);
    if (!modification) throw new ControlError(404, `there is no modification ${id}`);
    complete(account, modification, readControl(completion, request.body));
    response.json({ pspReference: id, state: records.modifications.get(id)?.state });
  });
  return router;
}

function createPaymentRoutes(account: AdyenAccount): Router {
  const { records } = account;
  const router = Router();
  const paymentOf = (id: string): PaymentRecord => {
    const payment = records.payments.get(id);
    if (!payment) throw new ControlError(404, `there is no payment ${id}`);
    return payment;
  };
  router.post('/payments', (request, response) => {
    const { count, ...checkout } = readControl(checkoutRequest, request.body);
    const { pspReference } = checkout;
    if (pspReference !== undefined && records.payments.get(pspReference)) {
      throw new ControlError(409, `payment ${pspReference} exists already`);
    }
    const pspReferences = Array.from({ length: count }, () => account.checkOut(checkout).id);
    response.status(201).json({ pspReferences });
  });
  router.get('/payments/:pspReference', (request, response) => {
    const payment = paymentOf(request.params.pspReference);
    response.json({ payment, modifications: records.modifications.group(payment.id) });
  });
  router.post('/payments/:pspReference/expire', (request, response) => {
    const payment = paymentOf(request.params.pspReference);
    const execution = account.begin();
    if (!expirePayment(execution, payment)) throw new ControlError(409, 'the payment holds no money');
    account.commit(execution);
    response.json({ status: records.payments.get(payment.id)?.status });
  });
  router.post('/payments/:pspReference/refund', (request, response) => {
    const payment = paymentOf(request.params.pspReference);
    const { amount = payment.captured - payment.refunded } = readControl(refund, request.body);
    const execution = account.begin();
    const made = refundPayment(execution, payment, amount);
    if (!made) throw new ControlError(409, 'the payment has not as much money to give back');
    account.commit(execution);
    response.json({ pspReference: made.id });
  });
  router.post('/payments/:pspReference/chargeback', (request, response) => {
    const payment = paymentOf(request.params.pspReference);
    const {
      event: eventCode,
      pspReference = newPspReference(),
      amount = payment.captured,
      reason,
    } = readControl(chargeback, request.body);
    const execution = account.begin();
    execution.announce(payment, { eventCode, success: true, amount, reason, pspReference });
    account.commit(execution);
    response.json({ pspReference });
  });
  return router;
}

/** @throws ControlError 409 for an outcome that is no longer possible */
function complete(
  account: AdyenAccount,
  modification: ModificationRecord,
  { outcome, reason }: z.infer<typeof completion>,
): void {
  const { state, kind, amount } = modification;
  const execution = account.begin();
  if (state === 'received' && outcome !== 'recaptured') {
    settleModification(
      execution,
      outcome === 'failed' ? { ...modification, failureReason: reason } : modification,
    );
  } else if (outcome === 'recaptured' && state === 'failed' && kind === 'capture' && amount) {
    const payment = execution.payment(modification.payment);
    execution.putPayment({ ...payment, held: 0, captured: payment.captured + amount.value });
    execution.enter(LedgerOperation.Capture, payment, amount.value, modification);
    execution.putModification({ ...modification, state: 'succeeded' });
    const why = 'Transaction Recaptured';
    const money = { amount: amount.value, reason: why };
    execution.announce(payment, { eventCode: 'CAPTURE', success: true, modification, ...money });
  } else if (outcome !== 'failed' || !failSettled(execution, modification, reason)) {
    throw new ControlError(409, `the modification has ${state} and cannot become ${outcome}`);
  }
  account.commit(execution);
}
