import net from 'node:net';

/** Stands between a pool and its server, and can be taken away as a server or a network is. */
export interface CuttableProxy {
  readonly port: number;
  /** Ends all connections and takes no new ones: the server is stopped. */
  stop(): Promise<void>;
  /** Takes connections again, on the same port. */
  start(): Promise<void>;
  /** From now on nothing passes, and nobody is told: the network is gone. */
  goSilent(): void;
}

export async function startProxy(targetPort: number): Promise<CuttableProxy> {
  const sockets = new Set<net.Socket>();
  let isSilent = false;
  let port = 0;
  const server = net.createServer((client) => {
    const target = net.connect(targetPort, '127.0.0.1');
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => void (isSilent || to.write(chunk)));
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        if (!isSilent) to.destroy();
      });
    }
  });
  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        if (address !== null && typeof address === 'object') port = address.port;
        resolve();
      });
    });
  await start();
  return {
    port,
    start,
    goSilent: () => void (isSilent = true),
    stop: () =>
      new Promise((resolve) => {
        isSilent = false;
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
