import { randomUUID } from 'node:crypto';

import { IdPrefix, typeIdOf } from '@oms/contracts/http';
import { commandIdFor } from '@oms/contracts/temporal';
import { useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('a command about an absent resource', () => {
  const stack = useSharedStack();
  const product = `/api/v1/sales/products/${typeIdOf(IdPrefix.Product, randomUUID())}`;
  const invoiceId = typeIdOf(IdPrefix.Invoice, randomUUID());
  const key = `/api/v1/api-keys/${randomUUID()}`;

  it.each<[string, string, string, object, string]>([
    ['adjust_stock', 'POST', `${product}/stock`, stockOf(randomUUID()), 'product'],
    ['update_product', 'PATCH', product, { title: 'x' }, 'product'],
    ['issue_invoice', 'POST', `/api/v1/sales/invoices/${invoiceId}/issue`, {}, 'invoice'],
    ['void_invoice', 'POST', `/api/v1/sales/invoices/${invoiceId}/void`, {}, 'invoice'],
    ['record_payment', 'POST', '/api/v1/sales/payments', paymentOf(invoiceId), 'invoice'],
    ['rotate_api_key', 'POST', `${key}/rotate`, {}, 'API key'],
    ['revoke_api_key', 'POST', `${key}/revoke`, {}, 'API key'],
    ['resync_order', 'POST', `/api/v1/oms/orders/${randomUUID()}/erp/resync`, {}, 'order'],
  ])('is a 404 and leaves no row: %s', async (kind, method, path, body, noun) => {
    const idempotencyKey = randomUUID();
    const answer = await stack.api.request(method, path, body, { 'idempotency-key': idempotencyKey });
    expect(answer).toMatchObject({ status: 404, body: { error: `there is no such ${noun}` } });
    const id = commandIdFor(stack, kind, idempotencyKey);
    expect(await stack.database.prisma.command.findUnique({ where: { id } })).toBeNull();
  });
});

function stockOf(variantId: string) {
  return { variant_id: typeIdOf(IdPrefix.Variant, variantId), quantity: 1, reason: 'found' };
}

function paymentOf(invoiceId: string) {
  return { invoice_id: invoiceId, amount: '1.00', currency: 'USD', payment_method: 'cash', reference: 'R-1' };
}
