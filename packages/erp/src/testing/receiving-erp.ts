import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { z } from 'zod';

const bodySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connection.test') }),
  z.object({
    type: z.literal('order.snapshot'),
    data: z.looseObject({
      id: z.string(),
      version: z.number(),
      status: z.string(),
      total_amount: z.string(),
      lines: z.array(
        z.looseObject({
          title: z.string(),
          quantity: z.number(),
          cancelled_quantity: z.number(),
          sku: z.string().optional(),
        }),
      ),
    }),
  }),
]);
type ReceivedOrder = Extract<z.output<typeof bodySchema>, { type: 'order.snapshot' }>['data'];

/** A tenant's own server that receives pushed orders as the documentation describes. */
export interface ReceivingErp {
  readonly baseUrl: string;
  readonly orders: ReadonlyMap<string, { readonly erpId: string; readonly order: ReceivedOrder }>;
  close(): Promise<void>;
}

/**
 * Starts a receiver. Orders that are posted to a path ending with `/strict` may only have products of `knownSkus`.
 */
export async function startReceivingErp(
  signingSecret: string,
  knownSkus: ReadonlySet<string>,
): Promise<ReceivingErp> {
  const webhook = new Webhook(signingSecret);
  const orders = new Map<string, { erpId: string; order: ReceivedOrder }>();

  const receive = async (incoming: IncomingMessage): Promise<[number, object]> => {
    const body = await text(incoming);
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = incoming.headers;
    webhook.verify(body, {
      'webhook-id': String(id),
      'webhook-timestamp': String(time),
      'webhook-signature': String(signature),
    });
    const message = bodySchema.parse(JSON.parse(body));
    if (message.type === 'connection.test') return [204, {}];
    const { data } = message;
    const unknown = data.lines.find(({ sku }) => sku === undefined || !knownSkus.has(sku));
    if (incoming.url?.endsWith('/strict') && unknown)
      return [422, { error: `no product ${unknown.sku ?? ''}` }];
    const present = orders.get(data.id);
    const erpId = present?.erpId ?? String(orders.size + 1);
    if (present && present.order.version >= data.version) return [409, { erp_id: erpId }];
    orders.set(data.id, { erpId, order: data });
    return [present ? 200 : 201, { erp_id: erpId }];
  };

  const server = createServer((incoming, response) => {
    receive(incoming).then(
      ([status, answer]) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(status === 204 ? undefined : JSON.stringify(answer));
      },
      (error: unknown) => {
        response.writeHead(error instanceof WebhookVerificationError ? 401 : 500).end();
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    orders,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
