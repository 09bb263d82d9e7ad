import { randomUUID } from 'node:crypto';

import {
  commerceOrderId,
  IdPrefix,
  orderIdOfCommerce,
  orderIdOfSales,
  salesOrderId,
  typeIdOf,
  uuidOfTypeId,
} from '@oms/contracts/http';
import { defaultLocationId } from '@oms/contracts/temporal';
import {
  changeAsClientsDo,
  createCommerceClient,
  createSalesClient,
  type ApiResponse,
  type StackClient,
} from '@oms/testing';

export const apiNames = ['orders', 'sales', 'commerce'] as const;
export type ApiName = (typeof apiNames)[number];

/** An order of two units, with the facts that every API must show about it. */
export interface ApiOrder {
  readonly id: string;
  readonly number: string;
  readonly reference: string;
  readonly externalId: string;
  readonly customerId: string;
  readonly variantId: string;
  readonly sku: string;
}

export const money = {
  subtotal: '179.98',
  discount: '1.00',
  tax: '10.00',
  shipping: '5.00',
  total: '193.98',
};
const totalMinor = 19_398;
const address = {
  line1: '123 Commerce St',
  city: 'Austin',
  state: 'TX',
  postal_code: '78701',
  country: 'US',
};
const amounts = {
  discount_amount: money.discount,
  tax_amount: money.tax,
  shipping_amount: money.shipping,
};

/** Clients of the three APIs, each with the API's own bodies and paths. */
export async function createApis(stack: StackClient) {
  const sales = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) });
  const commerce = await createCommerceClient(stack);

  const get = (apiName: ApiName, path: string): Promise<ApiResponse> => {
    if (apiName === 'orders') return stack.api.request('GET', `/api/v1/oms/orders${path}`);
    return apiName === 'sales' ? sales.get(`/orders${path}`) : commerce.request('GET', path);
  };

  const idOn = (apiName: ApiName, id: string): string =>
    apiName === 'orders' ? id : apiName === 'sales' ? salesOrderId(id) : commerceOrderId(id);

  const customerOn = (apiName: ApiName, { customerId }: ApiOrder): string =>
    apiName === 'orders' ? customerId : typeIdOf(IdPrefix.Customer, customerId);

  const statusOnSales = (id: string, body: object): Promise<ApiResponse> =>
    changeAsClientsDo(sales, `/orders/${salesOrderId(id)}/status`, body, 'PATCH');
  const changeOnOrders = (id: string, path: string, body: object = {}): Promise<ApiResponse> =>
    changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}${path}`, body);

  /** Places an order on an API; a draft of the Sales API is confirmed. @returns it, once it is confirmed */
  async function place(apiName: ApiName): Promise<ApiOrder> {
    const sku = `LAMP-${randomUUID()}`;
    const lamp = { title: 'Desk Lamp', variants: [{ sku, price: '89.99', stock_quantity: 2 }] };
    const { body: product } = await sales.post('/products', lamp);
    const [variant] = product['variants'] as { id: string }[];
    const variantId = uuidOfTypeId(IdPrefix.Variant, variant?.id ?? '') ?? '';
    const [externalId, customerId] = [`external-${randomUUID()}`, randomUUID()];
    const reference = await stack.simulator.authorization(totalMinor);
    const common = {
      external_id: externalId,
      currency: 'USD',
      ...amounts,
      shipping_address: address,
      shipping_method: 'ground',
      payment_provider: 'stripe',
      payment_reference: reference,
    };
    const line = { quantity: 2, unit_price: '89.99' };
    let id: string | undefined;
    if (apiName === 'orders') {
      const item = { ...line, sku, variant_id: variantId, location_id: defaultLocationId(stack) };
      const body = { ...common, idempotency_key: randomUUID(), customer_id: customerId, items: [item] };
      id = (await stack.api.placeOrder(body)).body.order_id;
    } else if (apiName === 'sales') {
      const line_items = [{ ...line, product_id: product['id'] }];
      const customer_id = typeIdOf(IdPrefix.Customer, customerId);
      const { body } = await sales.post('/orders', { ...common, customer_id, line_items });
      id = orderIdOfSales(String(body['id']));
      await statusOnSales(id ?? '', { status: 'confirmed' });
    } else {
      const body = { ...common, customer_id: customerId, items: [{ ...line, sku }] };
      id = orderIdOfCommerce(String((await commerce.post(body)).body['id']));
    }
    if (id === undefined) throw new Error(`the order was not placed on ${apiName}`);
    const { number } = await stack.orderReaching(id, ['confirmed']);
    return { id, number, reference, externalId, customerId, variantId, sku };
  }

  return { get, idOn, customerOn, place, statusOnSales, changeOnOrders, sales };
}
export type Apis = Awaited<ReturnType<typeof createApis>>;
