import {
  DisputeStatus,
  formatAmountMinor,
  invoiceNumber,
  invoiceStatuses,
  keptMinor,
  orderStatuses,
  verdictOf,
  type OrderProof,
} from '@oms/domain';
import { z } from 'zod';

import { money } from '../invoices/invoice-fields.js';
import { namedResources } from '../kit/named-schemas.js';

const units = z.int().min(0);

/** The sums of an order's ledgers, and whether the ledgers agree with each other. */
export const orderProofResource = z
  .strictObject({
    id: z.string().meta({ format: 'uuid' }),
    number: z.string(),
    status: z.enum(orderStatuses),
    currency: z.string(),
    total_amount: money,
    money: z
      .strictObject({
        provider: z.string(),
        reference: z.string(),
        authorized: money,
        captured: money,
        voided: money,
        refunded: money,
        disputed: money.meta({ description: 'Taken for disputes and not given back.' }),
        kept: money.meta({
          description:
            'Captured, not refunded, and not taken for a dispute. Negative where a dispute took money that had been refunded.',
        }),
      })
      .nullable()
      .meta({ description: 'From the payment ledger. Null where nothing was authorised.' }),
    disputes: z
      .array(
        z.strictObject({
          id: z.string().meta({ description: 'The provider’s id of the dispute.' }),
          status: z.enum(Object.values(DisputeStatus)),
          amount: money.meta({ description: 'What is disputed.' }),
          held: money.meta({ description: 'What the provider has taken for it and not given back.' }),
        }),
      )
      .meta({ description: 'The customer’s disputes of the payment.' }),
    invoice: z
      .strictObject({
        number: z.string(),
        status: z.enum(invoiceStatuses),
        total: money,
        paid: money.meta({ description: 'The sum of the payments of it.' }),
        credited: money.meta({ description: 'The sum of its credit notes.' }),
      })
      .nullable()
      .meta({ description: 'Null for an order that was never confirmed.' }),
    stock: z
      .array(
        z.strictObject({
          item_id: z.string().meta({ format: 'uuid' }),
          inventory_backed: z.boolean(),
          ordered: units,
          cancelled: units,
          reserved: units,
          released: units,
          shipped: units.meta({ description: 'Under way, delivered, or returned to sender.' }),
          returned_to_sender: units.meta({
            description: 'Came back undelivered, and cannot be sold again. A part of `shipped`.',
          }),
          restocked: units,
        }),
      )
      .meta({
        description:
          'Units per item. `ordered`, `cancelled` and `returned_to_sender` are the order’s, the others the stock ledger’s.',
      }),
    events: units.meta({ description: 'How many entries the order’s history has.' }),
    balances: z.union([z.boolean(), z.literal('unsettled')]).meta({
      description:
        'Whether goods, money and paper agree. `false` with at least one fault; `"unsettled"` without a fault, while an outcome is still unknown.',
    }),
    faults: z.array(z.string()).meta({ description: 'What does not balance. Empty when all of it does.' }),
    unsettled: z.array(z.string()).meta({ description: 'Outcomes that are still unknown.' }),
  })
  .register(namedResources, { id: 'OrderProof' });

/** Renders an order's proof. */
export function renderOrderProof(proof: OrderProof): z.output<typeof orderProofResource> {
  const amount = (minor: number): string => formatAmountMinor(minor, proof.currencyExponent);
  const { money: sums, invoice } = proof;
  return {
    id: proof.orderId,
    number: proof.number,
    status: proof.status,
    currency: proof.currency,
    total_amount: amount(proof.totalMinor),
    money: sums
      ? {
          provider: sums.provider,
          reference: sums.reference,
          authorized: amount(sums.authorizedMinor),
          captured: amount(sums.capturedMinor),
          voided: amount(sums.voidedMinor),
          refunded: amount(sums.refundedMinor),
          disputed: amount(sums.disputedMinor),
          kept: amount(keptMinor(sums)),
        }
      : null,
    disputes: proof.disputes.map(({ id, status, amountMinor, heldMinor }) => ({
      ...{ id, status },
      ...{ amount: amount(amountMinor), held: amount(heldMinor) },
    })),
    invoice: invoice
      ? {
          number: invoiceNumber(invoice.sequence),
          status: invoice.status,
          total: amount(invoice.totalMinor),
          paid: amount(invoice.paidMinor),
          credited: amount(invoice.creditedMinor),
        }
      : null,
    stock: proof.lines.map(({ lineId, isStocked, returnedToSender, ...counts }) => ({
      item_id: lineId,
      inventory_backed: isStocked,
      returned_to_sender: returnedToSender,
      ...counts,
    })),
    events: proof.events,
    balances: verdictOf(proof),
    faults: [...proof.faults],
    unsettled: [...proof.unsettled],
  };
}
