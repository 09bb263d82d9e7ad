import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import type { PaymentNotification, ReceivedNotifications, WebhookReader } from '../payment-notification.js';

/** Notifications that are kept in memory. */
export interface KeptNotifications extends ReceivedNotifications {
  keep(...notifications: readonly PaymentNotification[]): void;
  readonly all: readonly PaymentNotification[];
}

export function keepNotifications(...first: readonly PaymentNotification[]): KeptNotifications {
  const all: PaymentNotification[] = [...first];
  return {
    all,
    keep: (...notifications) => {
      all.push(...notifications);
    },
    about: (provider, reference) =>
      Promise.resolve(
        all.filter(
          (notification) => notification.provider === provider && notification.reference === reference,
        ),
      ),
  };
}

/** An endpoint for webhooks. */
export interface WebhookEndpoint {
  readonly url: string;
  /** Why requests were refused, in order. */
  readonly refusals: readonly string[];
  close(): Promise<void>;
}

/** Takes webhooks as a gateway would: reads them, keeps what they say, and only then accepts them. */
export async function startWebhookEndpoint(
  reader: WebhookReader,
  keep: (...notifications: readonly PaymentNotification[]) => void,
): Promise<WebhookEndpoint> {
  const refusals: string[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then(async (body) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]),
      );
      const outcome = await reader.read({ headers, body });
      if (outcome.kind === 'verified') {
        keep(...outcome.notifications);
        response.writeHead(200).end('[accepted]');
      } else {
        refusals.push(outcome.message);
        response.writeHead(outcome.kind === 'refused' ? 400 : 503).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/webhooks`, refusals, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
