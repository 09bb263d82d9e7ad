import { z } from 'zod';

import type { AdyenAccount } from './adyen-account.js';
import { foreignMerchantAccount, invalid, unknownPayment } from './adyen-error.js';
import type { AdyenExecution } from './adyen-execution.js';
import type { ModificationKind, ModificationRecord } from './adyen-records.js';
import { newPspReference } from './psp-reference.js';

/** The simulated operations, under the names that faults give. */
export const AdyenOperation = {
  Capture: 'adyen.payments.capture',
  Cancel: 'adyen.payments.cancel',
  Refund: 'adyen.payments.refund',
} as const;
export type AdyenOperation = (typeof AdyenOperation)[keyof typeof AdyenOperation];

/** A path below a payment and the kind of modification that it requests. */
export interface ModificationEndpoint {
  readonly operation: AdyenOperation;
  /** The last part of the path. */
  readonly path: 'captures' | 'cancels' | 'refunds';
  readonly kind: ModificationKind;
  readonly hasAmount: boolean;
}

/** @see https://docs.adyen.com/api-explorer/Checkout/latest/overview */
export const modificationEndpoints: readonly ModificationEndpoint[] = [
  { operation: AdyenOperation.Capture, path: 'captures', kind: 'capture', hasAmount: true },
  { operation: AdyenOperation.Cancel, path: 'cancels', kind: 'cancel', hasAmount: false },
  { operation: AdyenOperation.Refund, path: 'refunds', kind: 'refund', hasAmount: true },
];

const amountBody = z.object({ currency: z.string().regex(/^[A-Z]{3}$/), value: z.int() });
const modificationBody = z.looseObject({
  merchantAccount: z.string().optional(),
  reference: z.string().max(80).optional(),
  amount: z.unknown().optional(),
});

/** The members of a modification request, without its payment. */
export interface ModificationRequest {
  readonly amount: ModificationRecord['amount'];
  readonly reference: string | undefined;
}

/**
 * Reads the body of a modification request.
 *
 * @throws AdyenError 403 for another merchant account, 422 for an invalid request
 */
export function readModification(
  endpoint: ModificationEndpoint,
  body: string,
  merchantAccount: string,
): ModificationRequest {
  const parsed = modificationBody.safeParse(parseJson(body));
  if (!parsed.success) throw invalid('702', 'Unable to read request');
  const { merchantAccount: named, reference, amount } = parsed.data;
  if (named !== merchantAccount) throw foreignMerchantAccount();
  if (!endpoint.hasAmount) return { amount: null, reference };
  if (amount === undefined) throw invalid('100', 'No amount specified');
  const money = amountBody.safeParse(amount);
  if (!money.success || money.data.value <= 0) throw invalid('137', 'Invalid amount specified');
  return { amount: money.data, reference };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Taken {
  readonly modification: ModificationRecord;
  readonly answer: object;
}

/**
 * Receives a modification, which succeeds or fails later. The payment does not change yet.
 *
 * @throws AdyenError 422 for an unknown payment
 */
export function receiveModification(
  account: AdyenAccount,
  execution: AdyenExecution,
  given: {
    readonly endpoint: ModificationEndpoint;
    readonly pspReference: string;
    readonly request: ModificationRequest;
    readonly failureReason: string | null;
    readonly idempotencyKey: string | null;
    readonly requestId: string;
  },
): Taken {
  const { endpoint, pspReference, request } = given;
  const payment = account.records.payments.get(pspReference);
  if (!payment) throw unknownPayment();
  const modification = execution.putModification({
    id: newPspReference(),
    payment: payment.id,
    kind: endpoint.kind,
    amount: request.amount,
    reference: request.reference ?? payment.merchantReference,
    state: 'received',
    failureReason: given.failureReason,
    dueMs: account.dueMs(execution.nowMs),
    idempotencyKey: given.idempotencyKey,
    request: given.requestId,
  });
  const answer = {
    merchantAccount: account.merchantAccount,
    paymentPspReference: payment.id,
    pspReference: modification.id,
    ...(request.reference === undefined ? {} : { reference: request.reference }),
    status: 'received',
    ...(request.amount ? { amount: request.amount } : {}),
  };
  return { modification, answer };
}
