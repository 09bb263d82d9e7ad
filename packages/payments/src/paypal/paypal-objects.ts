import type { PaymentOwner } from '@oms/domain';
import { z } from 'zod';

import { ownerOfText } from '../payment-owner.js';
import { fromPayPalValue } from './paypal-amounts.js';

/** Money in ISO 4217 minor units, read from PayPal's decimal string. */
const money = z
  .object({ currencyCode: z.string().length(3), value: z.string() })
  .transform(({ currencyCode: currency, value }, context) => {
    const amountMinor = fromPayPalValue(value, currency);
    if (amountMinor !== undefined) return { currency, amountMinor };
    context.addIssue({ code: 'custom', message: 'is no amount of its currency' });
    return z.NEVER;
  });

const links = z
  .array(z.object({ rel: z.string(), href: z.string() }))
  .nullish()
  .transform((list) => list ?? []);
type Links = z.infer<typeof links>;

const related = z
  .object({ relatedIds: z.object({ orderId: z.string(), authorizationId: z.string() }).partial().nullish() })
  .nullish();

const statusDetails = z.object({ reason: z.string().optional() }).nullish();

const authorizationSchema = z.object({
  id: z.string(),
  status: z.enum(['CREATED', 'CAPTURED', 'DENIED', 'PARTIALLY_CAPTURED', 'VOIDED', 'PENDING']),
  amount: money,
  expirationTime: z.string().optional(),
  customId: z.string().optional(),
  links,
  supplementaryData: related,
});

const captureSchema = z.object({
  id: z.string(),
  status: z.enum(['COMPLETED', 'DECLINED', 'PARTIALLY_REFUNDED', 'PENDING', 'REFUNDED', 'FAILED']),
  statusDetails,
  processorResponse: z.object({ responseCode: z.string().optional() }).nullish(),
  amount: money,
  invoiceId: z.string().optional(),
  links,
  supplementaryData: related,
});

const refundSchema = z.object({
  id: z.string(),
  status: z.enum(['CANCELLED', 'FAILED', 'PENDING', 'COMPLETED']),
  statusDetails,
  amount: money,
  customId: z.string().optional(),
  links,
});

const orderSchema = z.object({
  id: z.string(),
  purchaseUnits: z.array(
    z.object({
      payments: z
        .object({
          authorizations: z.array(z.object({ id: z.string() })).nullish(),
          captures: z.array(z.unknown()).nullish(),
          refunds: z.array(z.unknown()).nullish(),
        })
        .nullish(),
    }),
  ),
});

interface Amount {
  readonly amountMinor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

export interface PayPalAuthorization extends Amount {
  readonly id: string;
  readonly status: z.infer<typeof authorizationSchema>['status'];
  readonly expiresAt?: string;
  readonly owner: PaymentOwner;
  /** The order of the checkout that made the authorisation. */
  readonly orderId?: string;
}

export interface PayPalCapture extends Amount {
  readonly id: string;
  readonly status: z.infer<typeof captureSchema>['status'];
  /** The reason, in PayPal's or the card processor's code, for which the capture is pending or was declined. */
  readonly reason?: string;
  /** The output of {@link operationIdOf}. Absent for a capture that this system did not make. */
  readonly operation?: string;
  /** Absent for a capture without an authorisation. */
  readonly authorizationId?: string;
}

export interface PayPalRefund extends Amount {
  readonly id: string;
  readonly status: z.infer<typeof refundSchema>['status'];
  readonly reason?: string;
  readonly captureId?: string;
  /** The output of {@link operationIdOf}. Absent for a refund that this system did not make. */
  readonly operation?: string;
}

/** The payments that an order lists. */
export interface PayPalOrder {
  readonly id: string;
  readonly authorizationIds: readonly string[];
  readonly captures: readonly PayPalCapture[];
  readonly refunds: readonly PayPalRefund[];
}

/**
 * Reads an object that the SDK parsed. Undefined for one that this adapter cannot parse, as in the functions below.
 */
export function readAuthorization(raw: unknown): PayPalAuthorization | undefined {
  const { data } = authorizationSchema.safeParse(raw);
  if (!data) return undefined;
  const orderId = data.supplementaryData?.relatedIds?.orderId ?? upTo('checkout/orders', data.links);
  const { id, status, amount, expirationTime, customId } = data;
  const expiresAt = readTime(expirationTime);
  return {
    id,
    status,
    ...amount,
    owner: ownerOfText(customId),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(orderId === undefined ? {} : { orderId }),
  };
}

export function readCapture(raw: unknown): PayPalCapture | undefined {
  const { data } = captureSchema.safeParse(raw);
  if (!data) return undefined;
  const { id, status, amount } = data;
  const reason = data.statusDetails?.reason ?? data.processorResponse?.responseCode;
  const authorizationId =
    upTo('payments/authorizations', data.links) ?? data.supplementaryData?.relatedIds?.authorizationId;
  return {
    id,
    status,
    ...amount,
    ...(reason === undefined ? {} : { reason }),
    ...(data.invoiceId === undefined ? {} : { operation: data.invoiceId }),
    ...(authorizationId === undefined ? {} : { authorizationId }),
  };
}

export function readRefund(raw: unknown): PayPalRefund | undefined {
  const { data } = refundSchema.safeParse(raw);
  if (!data) return undefined;
  const { id, status, amount, statusDetails: details, customId } = data;
  const captureId = upTo('payments/captures', data.links);
  return {
    id,
    status,
    ...amount,
    ...(details?.reason === undefined ? {} : { reason: details.reason }),
    ...(captureId === undefined ? {} : { captureId }),
    ...(customId === undefined ? {} : { operation: customId }),
  };
}

export function readOrder(raw: unknown): PayPalOrder | undefined {
  const { data } = orderSchema.safeParse(raw);
  if (!data) return undefined;
  const payments = data.purchaseUnits.flatMap((unit) => unit.payments ?? []);
  const captures = payments.flatMap((each) => each.captures ?? []).map(readCapture);
  const refunds = payments.flatMap((each) => each.refunds ?? []).map(readRefund);
  // An unreadable payment may be the one that matters, so a partial list would be wrong.
  return captures.every((capture) => capture !== undefined) && refunds.every((refund) => refund !== undefined)
    ? {
        id: data.id,
        authorizationIds: payments.flatMap((each) => each.authorizations ?? []).map(({ id }) => id),
        captures,
        refunds,
      }
    : undefined;
}

/** The id of the parent of an object, if the parent is of this kind. */
export function upTo(kind: string, list: Links): string | undefined {
  for (const { rel, href } of list) {
    const id = rel === 'up' ? new RegExp(`/v2/${kind}/([A-Z0-9]+)$`).exec(href)?.[1] : undefined;
    if (id !== undefined) return id;
  }
  return undefined;
}

function readTime(text: string | undefined): string | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
