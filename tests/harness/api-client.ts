import { randomUUID } from 'node:crypto';

import { eventually, HopelessError } from '@oms/stack';

import { assertDeclared } from './declared-answers.js';

/** The gateway's answer to a request. */
export interface ApiResponse<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface ApiClientOptions {
  readonly baseUrl: string;
  readonly tenantId: string;
  readonly orgId: string;
  readonly token: string;
}

/** A client of the Orders API over real HTTP, with the three required headers. */
export function createApiClient({ baseUrl, tenantId, orgId, token }: ApiClientOptions) {
  const request = async <Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiResponse<Body>> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'x-tenant-id': tenantId,
        'x-org-id': orgId,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    assertDeclared(method, path, response.status, answer);
    return { status: response.status, headers: response.headers, body: answer as Body };
  };
  return {
    request,
    placeOrder: (body: unknown) =>
      request<{ order_id: string; error?: string }>('POST', '/api/v1/oms/orders', body),
    getOrder: (id: string) => request<OrderBody>('GET', `/api/v1/oms/orders/${id}`),
    getEvents: (id: string) => request<{ events: EventBody[] }>('GET', `/api/v1/oms/orders/${id}/events`),
    /** An order's proof, once no outcome is unknown any more: a refund and its notification take a moment. */
    settledProof: (id: string) =>
      eventually('the order being settled', async () => {
        const { body } = await request('GET', `/api/v1/oms/orders/${id}/proof`);
        return body['balances'] === 'unsettled' ? undefined : body;
      }),
    listOrders: (query = '') =>
      request<{ orders: OrderBody[]; limit: number; offset: number; next_cursor?: string | null }>(
        'GET',
        `/api/v1/oms/orders${query}`,
      ),
  };
}
export type ApiClient = ReturnType<typeof createApiClient>;

/** The parts of an order that tests look at. */
export interface OrderBody {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly payment_status: string;
  readonly cancellation_reason?: string | null;
  readonly cancellation_detail?: string | null;
  readonly total_amount: string;
  readonly currency: string;
  readonly version: number;
  readonly items: readonly Record<string, unknown>[];
  readonly [field: string]: unknown;
}

export interface EventBody {
  readonly sequence: number;
  readonly type: string;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly reason?: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * Places an order as a robust client does. It accepts a 202, which promises an order that is not recorded yet. After a 5xx
 * or a lost connection it sends the same body again, which cannot make a second order.
 *
 * @throws Error with any other answer, or when the gateway does not recover
 */
export async function placeAsClientsDo(api: ApiClient, body: unknown) {
  return eventually('the order being accepted', async () => {
    const answer = await api.placeOrder(body);
    if (answer.status >= 500) throw new Error(`it is ${answer.status} ${JSON.stringify(answer.body)}`);
    if (![200, 201, 202].includes(answer.status)) {
      throw new HopelessError(`the order was refused: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer;
  });
}

/** A client that sends requests of an API. */
export interface Requester {
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiResponse>;
}

/**
 * Makes a change as a robust client does: with an idempotency key, and again after a 5xx or a lost connection, which
 * cannot make the change twice.
 *
 * @throws Error with the answer when the change is refused, or when the gateway does not recover
 */
export async function changeAsClientsDo(api: Requester, path: string, body: object = {}, method = 'POST') {
  const headers = { 'idempotency-key': randomUUID() };
  return eventually(`the change ${path} being made`, async () => {
    const answer = await api.request(method, path, body, headers);
    const said = `it is ${answer.status} ${JSON.stringify(answer.body)}`;
    if (answer.status >= 500) throw new Error(said);
    if (answer.status >= 300) throw new HopelessError(`the change ${path} was refused: ${said}`);
    return answer;
  });
}
