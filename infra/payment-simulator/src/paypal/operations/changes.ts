import { z } from 'zod';

import { LedgerOperation } from '../../store/ledger.js';
import { newObjectId } from '../ids.js';
import { moneyShape, parseMoney } from '../money.js';
import type { PayPalExecution } from '../paypal-account.js';
import { invalidRequest, isRefusal, resourceNotFound, unprocessable } from '../paypal-error.js';
import type { AuthorizationRecord } from '../records.js';
import { capturedOf, completeCapture, completeRefund, refundedOf } from '../settlement.js';
import { PayPalOperationName, type PayPalChange } from './operation.js';
import { paymentOfAuthorization, paymentOfCapture } from './reads.js';

/** "The default overage limit is 115%, which allows the sum of all captures to be up to 115% of the order amount." */
const overagePercent = 115;

const text = z.string().min(1).max(127).optional();
const captureBody = z.looseObject({
  amount: moneyShape.optional(),
  invoice_id: text,
  final_capture: z.boolean().default(false),
});
const refundBody = z.looseObject({
  amount: moneyShape.optional(),
  custom_id: text,
  invoice_id: text,
});

/** @throws PayPalError 400 */
function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidRequest('INVALID_PARAMETER_VALUE', `/${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}`);
}

function authorizationOf(execution: PayPalExecution, id: string): AuthorizationRecord {
  const found = execution.records.authorizations.get(id);
  if (!found) throw resourceNotFound();
  return found;
}

function refuseUncapturable({ status, lapsed }: AuthorizationRecord): void {
  if (status === 'VOIDED') throw unprocessable(lapsed ? 'AUTHORIZATION_EXPIRED' : 'AUTHORIZATION_VOIDED');
  if (status === 'DENIED') throw unprocessable('AUTHORIZATION_DENIED');
  if (status === 'PENDING') throw unprocessable('AUTHORIZATION_PENDING');
}

const capture: PayPalChange = {
  name: PayPalOperationName.Capture,
  method: 'POST',
  path: '/payments/authorizations/:id/capture',
  paymentOf: paymentOfAuthorization,
  change(execution, id, body) {
    const authorization = authorizationOf(execution, id);
    const request = readBody(captureBody, body);
    const money = request.amount ? parseMoney(request.amount) : authorization;
    refuseUncapturable(authorization);
    const earlier = execution.captures(id).filter(({ status }) => status !== 'DECLINED');
    if (authorization.status === 'CAPTURED' || earlier.some(({ final }) => final)) {
      throw unprocessable('AUTHORIZATION_ALREADY_CAPTURED');
    }
    // The rest of a partially captured authorisation expires without an event.
    if (execution.nowSeconds >= authorization.expires) throw unprocessable('AUTHORIZATION_EXPIRED');
    if (money.currency !== authorization.currency) throw unprocessable('AUTH_CAPTURE_CURRENCY_MISMATCH');
    const total = capturedOf(earlier) + money.amount;
    if (total > Math.floor((authorization.amount * overagePercent) / 100))
      throw unprocessable('MAX_CAPTURE_AMOUNT_EXCEEDED');
    const invoiceId = request.invoice_id ?? null;
    if (invoiceId !== null && isInvoiced(execution, invoiceId)) throw unprocessable('DUPLICATE_INVOICE_ID');
    const declineCode = refuseOrDecline(execution, authorization);

    const record = {
      id: newObjectId(),
      authorization: id,
      order: authorization.order,
      amount: money.amount,
      currency: money.currency,
      status: 'PENDING' as const,
      reason: null,
      responseCode: null,
      final: request.final_capture || total >= authorization.amount,
      customId: authorization.customId,
      invoiceId,
      refundsPend: authorization.refundsPend,
      created: execution.nowSeconds,
      updated: execution.nowSeconds,
    };
    if (declineCode !== undefined) {
      const declined = { ...record, status: 'DECLINED' as const, responseCode: declineCode };
      execution.putCapture(declined, 'PAYMENT.CAPTURE.DECLINED');
      return { kind: 'capture', object: record.id, status: 201 };
    }
    const status = total >= authorization.amount ? 'CAPTURED' : 'PARTIALLY_CAPTURED';
    execution.putAuthorization({ ...authorization, status });
    if (authorization.capturesPend) {
      execution.putCapture({ ...record, reason: 'PENDING_REVIEW' }, 'PAYMENT.CAPTURE.PENDING');
    } else {
      completeCapture(execution, record);
    }
    return { kind: 'capture', object: record.id, status: 201 };
  },
};

/** The code of a declined capture, if a fault declines it. @throws PayPalError 422 if the fault refuses the request */
function refuseOrDecline(execution: PayPalExecution, authorization: AuthorizationRecord): string | undefined {
  const declineCode =
    authorization.fundsLeave && execution.nowSeconds >= authorization.honoredUntil
      ? 'PAYER_CANNOT_PAY'
      : execution.declineCode();
  if (declineCode !== undefined && isRefusal(declineCode)) throw unprocessable(declineCode);
  return declineCode;
}

function isInvoiced({ records }: PayPalExecution, invoiceId: string): boolean {
  const capture = records.captures.get(records.invoices.get(invoiceId)?.capture ?? '');
  return capture !== undefined && capture.status !== 'DECLINED';
}

const release: PayPalChange = {
  name: PayPalOperationName.Void,
  method: 'POST',
  path: '/payments/authorizations/:id/void',
  paymentOf: paymentOfAuthorization,
  change(execution, id) {
    const authorization = authorizationOf(execution, id);
    const { status, amount } = authorization;
    if (status === 'VOIDED') throw unprocessable('PREVIOUSLY_VOIDED');
    if (status === 'DENIED') throw unprocessable('AUTHORIZATION_DENIED');
    const captures = execution.captures(id).filter((each) => each.status !== 'DECLINED');
    if (status === 'CAPTURED' || captures.some(({ final }) => final))
      throw unprocessable('PREVIOUSLY_CAPTURED');
    if (status !== 'PENDING') {
      execution.enter(LedgerOperation.Void, id, authorization.currency, amount - capturedOf(captures));
    }
    execution.putAuthorization({ ...authorization, status: 'VOIDED' }, 'PAYMENT.AUTHORIZATION.VOIDED');
    return { kind: 'authorization', object: id, status: 200 };
  },
};

const refund: PayPalChange = {
  name: PayPalOperationName.Refund,
  method: 'POST',
  path: '/payments/captures/:id/refund',
  paymentOf: paymentOfCapture,
  change(execution, id, body) {
    const captured = execution.records.captures.get(id);
    if (!captured) throw resourceNotFound();
    const request = readBody(refundBody, body);
    if (captured.status === 'PENDING') throw unprocessable('PENDING_CAPTURE');
    if (captured.status === 'DECLINED') throw unprocessable('REFUND_NOT_ALLOWED');
    const left = captured.amount - refundedOf(execution, captured);
    if (left <= 0) throw unprocessable('CAPTURE_FULLY_REFUNDED');
    const money = request.amount ? parseMoney(request.amount) : { ...captured, amount: left };
    if (money.currency !== captured.currency) throw unprocessable('REFUND_CAPTURE_CURRENCY_MISMATCH');
    if (money.amount > left) throw unprocessable('REFUND_AMOUNT_EXCEEDED');
    const declineCode = execution.declineCode();
    if (declineCode !== undefined && isRefusal(declineCode)) throw unprocessable(declineCode);
    const record = {
      id: newObjectId(),
      capture: id,
      authorization: captured.authorization,
      order: captured.order,
      amount: money.amount,
      currency: money.currency,
      status: 'PENDING' as const,
      reason: null,
      customId: request.custom_id ?? null,
      invoiceId: request.invoice_id ?? null,
      created: execution.nowSeconds,
      updated: execution.nowSeconds,
    };
    if (declineCode !== undefined) {
      execution.putRefund({ ...record, status: 'FAILED', reason: 'ECHECK' });
    } else if (captured.refundsPend) {
      execution.putRefund({ ...record, reason: 'ECHECK' });
    } else {
      completeRefund(execution, record, captured);
    }
    return { kind: 'refund', object: record.id, status: 201 };
  },
};

export const payPalChanges: readonly PayPalChange[] = [capture, release, refund];
