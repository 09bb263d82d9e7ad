import { randomBytes } from 'node:crypto';

import { PushConnector } from '../push/push-connector.js';
import { pushSettingsSchema } from '../push/push-settings.js';
import { startFaultProxy } from './fault-proxy.js';
import { startReceivingErp } from './receiving-erp.js';
import { deadUrl, testNetwork, type SteeredErp } from './steered-erp.js';

export function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** Starts a receiver of pushes behind a proxy that applies faults. */
export async function steeredPush(): Promise<SteeredErp> {
  const signingSecret = newSigningSecret();
  const wrongSecret = newSigningSecret();
  const receiver = await startReceivingErp(signingSecret, new Set());
  const proxy = await startFaultProxy(receiver.baseUrl);
  const connect = (url: string, secret = signingSecret): PushConnector =>
    new PushConnector(pushSettingsSchema.parse({ url, signingSecret: secret }), testNetwork);
  return {
    proxy,
    connector: connect(`${proxy.baseUrl}/orders`),
    refusingUnknownProducts: connect(`${proxy.baseUrl}/orders/strict`),
    withWrongCredentials: connect(`${proxy.baseUrl}/orders`, wrongSecret),
    toNobody: connect(deadUrl),
    secrets: [signingSecret, wrongSecret],
    changesSomething: () => true,
    ordersOf: (orderId) => {
      const there = receiver.orders.get(orderId);
      return Promise.resolve(
        there
          ? [
              {
                erpId: there.erpId,
                version: there.order.version,
                cancelled: there.order.status === 'cancelled',
                total: there.order.total_amount,
                lines: there.order.lines
                  .map((line) => ({ title: line.title, quantity: line.quantity - line.cancelled_quantity }))
                  .filter(({ quantity }) => quantity > 0),
                words: JSON.stringify(there.order),
              },
            ]
          : [],
      );
    },
    close: async () => {
      await proxy.close();
      await receiver.close();
    },
  };
}
