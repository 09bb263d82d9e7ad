import { Router } from 'express';
import { z } from 'zod';

import { checkOut, completePayment, completeRefund } from '../stripe/checkout.js';
import { closeDispute, openDispute } from '../stripe/disputes.js';
import { isCurrency } from '../stripe/currencies.js';
import { intentStatuses } from '../stripe/records.js';
import type { StripeAccount } from '../stripe/stripe-account.js';
import { ControlError, readControl } from './control-error.js';

const maxCount = 100_000;

const checkoutRequest = z
  .strictObject({
    count: z.int().min(1).max(maxCount).default(1),
    amount: z.int().min(1),
    currency: z
      .string()
      .default('usd')
      .transform((currency) => currency.toLowerCase())
      .refine(isCurrency, 'must be a currency that Stripe supports'),
    status: z.enum(intentStatuses).default('requires_capture'),
    reference: z
      .string()
      .regex(/^pi_\w{1,200}$/, 'must begin with pi_')
      .optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    heldForSeconds: z.int().min(1).optional(),
  })
  .refine(({ count, reference }) => reference === undefined || count === 1, {
    path: ['reference'],
    error: 'is allowed only with a count of 1',
  });

const completion = z.strictObject({
  outcome: z.enum(['succeeded', 'failed']),
  declineCode: z.string().min(1).optional(),
});

const refundCompletion = z.strictObject({
  outcome: z.enum(['succeeded', 'failed']),
  failureReason: z.string().min(1).default('unknown'),
});

const disputeRequest = z.strictObject({
  id: z
    .string()
    .regex(/^du_\w{1,200}$/, 'must begin with du_')
    .optional(),
  amount: z.int().min(1).optional(),
  reason: z.string().min(1).default('fraudulent'),
  isInquiry: z.boolean().default(false),
});

const disputeEnd = z.strictObject({
  outcome: z.enum(['won', 'lost']),
  givenBack: z.int().min(0).optional(),
});

const duration = z.int().min(0).default(0);
const advance = z
  .strictObject({ ms: duration, seconds: duration, hours: duration, days: duration })
  .transform(({ ms, seconds, hours, days }) => ms + 1_000 * (seconds + 3_600 * (hours + 24 * days)));

/** Controls events outside of Stripe's API: payments of customers, answers of banks, the clock. */
export function createPaymentRoutes(account: StripeAccount, tick: () => void): Router {
  const { records, clock } = account;
  const router = Router();
  router.post('/payment-intents', (request, response) => {
    const { count, ...checkout } = readControl(checkoutRequest, request.body);
    const { reference } = checkout;
    if (reference !== undefined && records.intents.get(reference)) {
      throw new ControlError(409, `payment intent ${reference} exists already`);
    }
    response.status(201).json({ ids: checkOut(account, checkout, count) });
  });
  router.post('/payment-intents/:id/complete', (request, response) => {
    const { id } = request.params;
    const intent = records.intents.get(id);
    if (!intent) throw new ControlError(404, `there is no payment intent ${id}`);
    const completed = completePayment(account, intent, readControl(completion, request.body));
    if (!completed) {
      throw new ControlError(409, `payment intent ${id} is not waiting: it is ${intent.status}`);
    }
    response.json({ id, status: completed.status });
  });
  router.post('/payment-intents/:id/dispute', (request, response) => {
    const { id } = request.params;
    const intent = records.intents.get(id);
    if (!intent) throw new ControlError(404, `there is no payment intent ${id}`);
    const charge = intent.latest_charge === null ? undefined : records.charges.get(intent.latest_charge);
    if (!charge?.captured) throw new ControlError(409, `payment intent ${id} is ${intent.status}`);
    const wanted = readControl(disputeRequest, request.body);
    if (wanted.id !== undefined && records.disputes.get(wanted.id)) {
      throw new ControlError(409, `dispute ${wanted.id} exists already`);
    }
    const dispute = openDispute(account, intent, charge, wanted);
    response.status(201).json({ id: dispute.id, status: dispute.status });
  });
  router.post('/disputes/:id/close', (request, response) => {
    const { id } = request.params;
    const dispute = records.disputes.get(id);
    if (!dispute) throw new ControlError(404, `there is no dispute ${id}`);
    const { outcome, givenBack } = readControl(disputeEnd, request.body);
    const closed = closeDispute(account, dispute, outcome, givenBack);
    if (!closed) throw new ControlError(409, `the dispute is ${dispute.status}`);
    response.json({ id, status: closed.status });
  });
  router.post('/refunds/:id/complete', (request, response) => {
    const { id } = request.params;
    const refund = records.refunds.get(id);
    if (!refund) throw new ControlError(404, `there is no refund ${id}`);
    const { status } = completeRefund(account, refund, readControl(refundCompletion, request.body));
    response.json({ id, status });
  });
  router.get('/clock', (_request, response) => {
    response.json({ now: new Date(clock.nowMs()).toISOString() });
  });
  router.post('/clock/advance', (request, response) => {
    clock.advance(readControl(advance, request.body));
    tick();
    response.json({ now: new Date(clock.nowMs()).toISOString() });
  });
  return router;
}
