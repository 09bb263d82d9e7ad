import { randomUUID } from 'node:crypto';

import { openApiDocument, operations, refusalsOf, type OperationSpec } from '@oms/contracts/http';
import { receiveStock } from '@oms/database';

import type { Schema } from './json-schema.js';
import { mutationsOfOrders } from './mutations-of-orders.js';
import { linkToInvoice, mutationsOfSales } from './mutations-of-sales.js';
import { mutationsOfTenants } from './mutations-of-tenants.js';
import type { Mutation, MutationAnswer, MutationStage, Operation, PreparedMutation } from './mutations.js';

/** An operation that changes something. */
export interface MutatingOperation extends Operation {
  readonly id: string;
  /** Absent where it takes no body. */
  readonly schema?: Schema;
  readonly idempotency: OperationSpec['idempotency'];
  /** The statuses that it can answer with. */
  readonly statuses: readonly number[];
}

const { paths } = openApiDocument();

/** Every operation that changes something, with the schema that the document gives its body. */
export const mutatingOperations: readonly MutatingOperation[] = operations
  .filter(({ method }) => method !== 'GET')
  .map((operation) => {
    const { id, method, path, answers, idempotency } = operation;
    // The document is plain JSON, which a test of its own holds to OpenAPI.
    const { requestBody } = paths[path]?.[method.toLowerCase()] as DocumentedOperation;
    const schema = requestBody?.content['application/json'].schema;
    const statuses = [...Object.keys(answers).map(Number), ...refusalsOf(operation).keys()];
    return { id, method, path, idempotency, statuses, ...(schema ? { schema } : {}) };
  });

interface DocumentedOperation {
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: Schema } };
  };
}

/** The address that shows the result of a request. */
export interface Shown {
  readonly path: string;
  /** The field that the answer there must have. */
  readonly has: string;
}

/** An operation's request, and the place that shows its result. */
export interface TriedOperation {
  readonly prepare: Mutation['prepare'];
  readonly shownAt: (request: Pick<PreparedMutation, 'params'>, answer: MutationAnswer) => Shown;
  /** The field of the body with the idempotency key, if it is not the header. */
  readonly keyField?: string;
  /** Whether all requests change the same resource, so that only the newest result is visible. */
  readonly isOfOneThing?: boolean;
  /** Whether 202 is the final answer. */
  readonly is202Done?: boolean;
  /** The other fields that each of these fields needs. */
  readonly besides?: Readonly<Record<string, object>>;
}

const besides: Readonly<Record<string, TriedOperation['besides']>> = {
  changeSalesOrderStatus: {
    reason: { status: 'cancelled' },
    tracking_number: { status: 'shipped' },
    carrier: { status: 'shipped' },
  },
  createCommerceOrder: { payment_reference: { payment_provider: 'stripe' } },
};

const idOf = ({ body }: MutationAnswer): string => String(body['id']);
const pathOf = ({ params }: Pick<PreparedMutation, 'params'>): string =>
  `/api/v1/oms/orders/${params?.['orderID'] ?? ''}`;
const order: TriedOperation['shownAt'] = (request) => ({ path: pathOf(request), has: '"version"' });
const ofOrder =
  (path: string): TriedOperation['shownAt'] =>
  (request, answer) => ({ path: `${pathOf(request)}${path}`, has: idOf(answer) });
const of =
  (collection: string): TriedOperation['shownAt'] =>
  (_, answer) => ({ path: `${collection}/${idOf(answer)}`, has: idOf(answer) });
const among =
  (path: string): TriedOperation['shownAt'] =>
  (_, answer) => ({ path, has: idOf(answer) });

const shownAt: Readonly<Record<string, TriedOperation['shownAt']>> = {
  createOrder: (_, { body }) => {
    const id = String(body['order_id']);
    return { path: `/api/v1/oms/orders/${id}`, has: id };
  },
  editOrder: order,
  cancelOrder: order,
  closeOrder: order,
  retryOrder: order,
  giveUpOrder: order,
  allowShipment: order,
  resolvePayment: order,
  resyncOrder: order,
  createCancellation: ofOrder('/cancellations'),
  createFulfillment: ofOrder('/fulfillments'),
  deliverFulfillment: ofOrder('/fulfillments'),
  correctFulfillment: ofOrder('/fulfillments'),
  cancelFulfillment: ofOrder('/fulfillments'),
  returnFulfillment: ofOrder('/fulfillments'),
  createReturn: ofOrder('/returns'),
  approveReturn: ofOrder('/returns'),
  declineReturn: ofOrder('/returns'),
  cancelReturn: ofOrder('/returns'),
  receiveReturn: ofOrder('/returns'),
  createRefund: ofOrder('/refunds'),
  createSalesOrder: of('/api/v1/sales/orders'),
  editSalesOrder: of('/api/v1/sales/orders'),
  changeSalesOrderStatus: of('/api/v1/sales/orders'),
  correctSalesShipment: of('/api/v1/sales/orders'),
  createProduct: of('/api/v1/sales/products'),
  updateProduct: of('/api/v1/sales/products'),
  adjustStock: of('/api/v1/sales/products'),
  issueInvoice: of('/api/v1/sales/invoices'),
  voidInvoice: of('/api/v1/sales/invoices'),
  recordPayment: among('/api/v1/sales/payments?limit=100'),
  createCommerceOrder: of('/v1/orders'),
  createApiKey: among('/api/v1/api-keys'),
  rotateApiKey: among('/api/v1/api-keys'),
  revokeApiKey: among('/api/v1/api-keys'),
  connectErp: (_, { body }) => ({ path: '/api/v1/oms/erp', has: JSON.stringify(body) }),
  disconnectErp: () => ({ path: '/api/v1/oms/erp', has: 'no ERP is connected' }),
  // The title of a PDF is plain text in the file.
  createInvoiceLink: (_, { body }) => {
    const { pathname, search } = new URL(String(body['url']), 'http://localhost');
    return { path: `${pathname}${search}`, has: 'Invoice INV-' };
  },
  testErp: () => ({ path: '/api/v1/oms/erp', has: 'push' }),
  replaceSeller: (_, { body }) => ({ path: '/api/v1/oms/seller', has: JSON.stringify(body) }),
  changeSettings: (_, { body }) => ({ path: '/api/v1/oms/settings', has: JSON.stringify(body) }),
};

const mutations: Readonly<Record<string, Mutation>> = {
  ...mutationsOfOrders,
  ...mutationsOfSales,
  ...mutationsOfTenants,
  createInvoiceLink: linkToInvoice,
  testErp: {
    async prepare(stage) {
      const { disconnectErp } = mutationsOfTenants;
      if (!disconnectErp) throw new Error('nothing connects an ERP');
      const { orgId = '' } = await disconnectErp.prepare(stage);
      return { orgId, other: 'it takes no body', effects: () => Promise.resolve(0) };
    },
  },
};

/**
 * The test data of an operation.
 *
 * @throws Error for an operation without test data
 */
export function triedOperation({ id, idempotency }: MutatingOperation): TriedOperation {
  const mutation = mutations[id];
  const shown = shownAt[id];
  if (!mutation || !shown) throw new Error(`nothing says how ${id} is tried, or where what it did is seen`);
  const { prepare } = mutation;
  return {
    ...{ prepare, shownAt: shown },
    ...(besides[id] ? { besides: besides[id] } : {}),
    ...(idempotency === 'body' ? { keyField: 'idempotency_key' } : {}),
    ...(id === 'resyncOrder' ? { is202Done: true } : {}),
    ...(['connectErp', 'changeSettings', 'replaceSeller'].includes(id) ? { isOfOneThing: true } : {}),
  };
}

/** Frequent values of body fields, so that requests get beyond their schema. */
export async function knownValues(
  stage: MutationStage,
): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const { stack, sales, productId } = stage;
  const level = await stack.stock(1_000_000);
  const { body: product } = await sales.get(`/products/${productId}`);
  const [variant] = product['variants'] as readonly { readonly id: string }[];
  // A SKU of the known location: at any other one, an item would be refused.
  const sku = `KNOWN-${randomUUID()}`;
  const { tenantId, orgId } = stack;
  await receiveStock(stack.database, {
    ...{ tenantId, orgId, sku, quantity: 1_000_000, reason: 'test' },
    ...{ variantId: randomUUID(), locationId: level.location_id },
  });
  const references = [0, 1, 2, 3].map(() => stack.simulator.authorization(1_000_000));
  const amounts = ['1', 0, 2];
  return {
    product_id: [productId],
    variant_id: [level.variant_id, variant?.id],
    location_id: [level.location_id],
    sku: [sku],
    payment_provider: ['stripe'],
    payment_reference: await Promise.all(references),
    currency: ['USD', 'USD', 'JPY', 'BHD', 'XCG'],
    quantity: [1, 1, 2],
    unit_price: ['10', 7, '3.000', 0],
    price: ['10', 7],
    amount: ['1', 2, '3.000'],
    discount_amount: amounts,
    tax_amount: amounts,
    tax_rate: ['19', 7.5, 0],
    shipping_amount: amounts,
    url: ['http://127.0.0.1:9/orders'],
    expires_at: ['2099-01-01T00:00:00Z', '9999-12-31T23:59:59.999999-00:01'],
  };
}

/** Invalid ids, and valid ids without an owner. */
export const oddIds: readonly string[] = [
  ...[
    'a\u0000b',
    '\u0000',
    'prod_\u0000',
    'prod_1',
    `prod_${'x'.repeat(65)}`,
    'x'.repeat(2_000),
    '\u4e2d\u6587',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    'so_00000000000000000000000000',
    'inv_7zzzzzzzzzzzzzzzzzzzzzzzzz',
  ],
  ...['so_8zzzzzzzzzzzzzzzzzzzzzzzzz', '%', "' OR 1=1", '\ud83e\uddf6', '\u0085', 'null'],
];
