import { randomUUID } from 'node:crypto';

import { erpPushWorkflowId, orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  type ApiClient,
  type StackClient,
} from '@oms/testing';
import type { Client } from '@temporalio/client';
import { expect } from 'vitest';

/** The ERP status of an order, as the APIs return it. */
export interface ErpBody {
  readonly status: string;
  readonly id: string | null;
  readonly url: string | null;
  readonly version: number | null;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly failing_since: string | null;
  readonly next_attempt_at: string | null;
}

/** The repeated steps of tests about orders in an ERP, for one organisation. */
export function erpStage(stack: StackClient, api: ApiClient) {
  const erpOf = async (id: string): Promise<{ erp: ErpBody | null; version: number; status: string }> => {
    const { body } = await api.getOrder(id);
    return { erp: body['erp'] as ErpBody | null, version: body.version, status: body.status };
  };
  const untilErp = (
    id: string,
    what: string,
    holds: (erp: ErpBody, version: number) => boolean,
    timeoutMs = 60_000,
  ) =>
    eventually(
      `the ERP's state of the order: ${what}`,
      async () => {
        const { erp, version } = await erpOf(id);
        if (erp && holds(erp, version)) return erp;
        throw new Error(`it is ${JSON.stringify(erp)}, and the order's version ${version}`);
      },
      { timeoutMs },
    );
  return {
    erpOf,
    untilErp,
    untilSynced: (id: string, timeoutMs?: number) =>
      untilErp(id, 'synced', (erp, version) => erp.status === 'synced' && erp.version === version, timeoutMs),
    async connect(body: object): Promise<void> {
      const answer = await api.request('PUT', '/api/v1/oms/erp', body);
      expect(answer).toMatchObject({ status: 200 });
    },
    async place(item: Readonly<Record<string, unknown>> = {}): Promise<string> {
      const reference = await stack.simulator.authorization(orderBodyTotalMinor);
      const placed = await placeAsClientsDo(
        api,
        orderBody({ payment_reference: reference, items: [orderItem(item)] }),
      );
      return placed.body.order_id;
    },
    untilStatus: (id: string, status: string) =>
      eventually(`order ${id} becoming ${status}`, async () =>
        (await erpOf(id)).status === status ? true : undefined,
      ),
    post: (id: string, path: string, body?: object) =>
      api.request('POST', `/api/v1/oms/orders/${id}${path}`, body, { 'idempotency-key': randomUUID() }),
    /** As clients do: asked again with the same key where there is no answer; a refusal is a failure. */
    change: (id: string, path: string, body?: object) =>
      changeAsClientsDo(api, `/api/v1/oms/orders/${id}${path}`, body),
  };
}

export async function workflowStatus(client: Client, workflowId: string): Promise<string> {
  return (await client.workflow.getHandle(workflowId).describe()).status.name;
}

export const untilOrderEnded = (client: Client, id: string): Promise<unknown> =>
  client.workflow.getHandle(orderWorkflowId(id)).result();

export const untilPushEnded = (client: Client, orderId: string): Promise<unknown> =>
  client.workflow.getHandle(erpPushWorkflowId({ orderId, tenantId: '', orgId: '' })).result();
