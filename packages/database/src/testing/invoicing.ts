import { randomUUID } from 'node:crypto';

import { orderLineId } from '@oms/contracts/temporal';
import type { OrderProof, TenantScope, UnitCondition } from '@oms/domain';

import { createInvoiceReader } from '../invoices/invoice-reader.js';
import { applyOrderCommand } from '../orders/order-commands.js';
import { findOrderProof } from '../proof/order-proof.js';
import type { OrderToRecord } from '../orders/order-recorder.js';
import { changeOrderStatus } from '../order-log/order-transitions.js';
import { restoreCapture, reverseCapture, type PaymentFact } from '../payments/payment-facts.js';
import { recordMovement } from '../payments/payment-records.js';
import { settleRefund } from '../returns/refund-records.js';
import { releaseStock } from '../inventory/stock.js';
import { apply, changeOf, confirmedOrder, partOfAnswer, refundOf } from './living-orders.js';
import { serviceLine, system } from './orders.js';
import type { TestDatabase } from './test-database.js';

const factOf = (): PaymentFact => ({ about: randomUUID(), data: {}, actor: system });

/** The changes of an organisation's invoices, as the product makes them. */
export function createInvoicing({ database, owner }: TestDatabase, scope: TenantScope) {
  async function invoiceOf({ orderId }: OrderToRecord) {
    const [invoice] = (await createInvoiceReader(database).findOrderInvoices(scope, orderId)) ?? [];
    if (!invoice) throw new Error('there is no invoice');
    return invoice;
  }

  async function proofOf(order: OrderToRecord): Promise<OrderProof> {
    const proof = await findOrderProof(database, order);
    if (!proof) throw new Error('there is no proof');
    return proof;
  }

  return {
    invoiceOf,
    proofOf,
    /** Paid for with 30.00 by a provider. */
    confirmed: () => confirmedOrder(database, scope, { lines: [{ ...serviceLine, quantity: 3 }] }),
    /** Over 10.00, to be paid by invoice. */
    billed: () => confirmedOrder(database, scope, { isPaidByInvoice: true }),
    /** Over 50.00 for five units, to be paid by invoice. */
    billedUnits: () =>
      confirmedOrder(database, scope, { isPaidByInvoice: true, lines: [{ ...serviceLine, quantity: 5 }] }),
    /** The same of five units that have to be shipped. */
    billedGoods: () =>
      confirmedOrder(database, scope, {
        isPaidByInvoice: true,
        lines: [{ ...serviceLine, quantity: 5, requiresShipping: true }],
      }),
    faultsOf: async (order: OrderToRecord) => (await proofOf(order)).faults,

    async pay(order: OrderToRecord, amountMinor: number) {
      const { id: invoiceId } = await invoiceOf(order);
      const money = { amountMinor, currency: 'USD', method: 'bank', reference: randomUUID() };
      return applyOrderCommand(database, changeOf(order, { type: 'record_payment', invoiceId, ...money }));
    },

    /** The amounts that were recorded, the oldest first. */
    async paymentsOf(order: OrderToRecord) {
      const where = { invoiceId: (await invoiceOf(order)).id };
      const rows = await database.prisma.invoicePayment.findMany({ where, orderBy: { recordedAt: 'asc' } });
      return rows.map(({ amountMinor }) => Number(amountMinor));
    },

    /** @returns the id of the cancellation */
    async cancelUnits({ orderId, ...order }: OrderToRecord, quantity: number) {
      const lines = [{ lineId: orderLineId(orderId, 1), quantity }];
      return partOfAnswer(await apply(database, { ...order, orderId }, { type: 'cancel_units', lines }));
    },

    /** All units leave, and come back undelivered or are lost. */
    async lose({ orderId, ...order }: OrderToRecord, units: readonly (UnitCondition | 'delivered')[]) {
      const ref = { ...order, orderId };
      const lineId = orderLineId(orderId, 1);
      for (const unit of units) {
        const lines = [{ lineId, quantity: 1 }];
        const shipped = await apply(database, ref, { type: 'ship', startsProcessing: true, lines });
        const shipmentId = partOfAnswer(shipped);
        if (unit === 'delivered') await apply(database, ref, { type: 'deliver', shipmentId });
        else {
          const lost = [{ lineId, quantity: 1, condition: unit }];
          await apply(database, ref, { type: 'return_to_sender', shipmentId, units: lost });
        }
      }
    },

    async moveByHand(order: OrderToRecord, type: 'issue_invoice' | 'void_invoice') {
      const { id: invoiceId } = await invoiceOf(order);
      return applyOrderCommand(database, changeOf(order, { type, invoiceId }));
    },

    async cancel(order: OrderToRecord) {
      await releaseStock(database, order, system);
      await changeOrderStatus(database, order, {
        ...{ from: 'confirmed', to: 'cancelled', event: 'order.cancelled', actor: system },
        cancellation: { reason: 'cancellation_requested' },
      });
    },

    /** @returns the id of the refund, which the provider has made */
    async refund(order: OrderToRecord, amountMinor: number) {
      const id = partOfAnswer(await apply(database, order, { type: 'refund', amountMinor }));
      const movement = { idempotencyKey: id, amountMinor, providerObjectId: id };
      const settled = { refund: await refundOf(database, order, id), movement, actor: system };
      await settleRefund(database, order, settled);
      await settleRefund(database, order, settled);
      return id;
    },

    /** As a cancellation does, without a word about a refund. */
    async giveBack(order: OrderToRecord, amountMinor: number) {
      const ids = { idempotencyKey: randomUUID(), providerObjectId: randomUUID() };
      await recordMovement(
        database,
        order,
        'refund',
        { ...ids, amountMinor, ordinal: 1, chargeMinor: order.order.totals.totalMinor },
        system,
      );
    },

    /** The provider reports after the confirmation that the capture failed, or that a second one succeeded. */
    takeBack: (order: OrderToRecord) => reverseCapture(database, order, factOf()),
    captureAgain: (order: OrderToRecord, capturedMinor: number) =>
      restoreCapture(database, order, capturedMinor, factOf()),

    /** Corrupts the ledgers, as only the owner of all tables can. */
    async spoil(order: OrderToRecord, sql: string): Promise<void> {
      const { id } = await invoiceOf(order);
      const spoiling = sql.replaceAll(':invoice', `'${id}'`).replaceAll(':org', `'${scope.orgId}'`);
      await owner.query(
        `SET session_replication_role = replica; ${spoiling}; RESET session_replication_role`,
      );
    },
  };
}
