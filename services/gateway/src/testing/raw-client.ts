import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A TCP client. It reads everything that arrives, and never closes its side by itself. */
export interface RawClient {
  readonly socket: Socket;
  /** Everything that has arrived. */
  received(): string;
  /** Whether the server has closed its side or has reset the connection. */
  isEnded(): boolean;
}

/** Opens a connection and sends bytes unchanged. */
export async function openRaw(
  port: number,
  text = '',
  { reads = true, localAddress = '127.0.0.1' } = {},
): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
  let received = '';
  let ended = false;
  // A server that closes a connection with unread bytes resets it.
  socket.on('error', () => (ended = true)).on('end', () => (ended = true));
  if (reads) socket.setEncoding('utf8').on('data', (part: string) => (received += part));
  await once(socket, 'connect');
  if (text !== '') await new Promise<void>((resolve) => void socket.write(text, () => resolve()));
  return { socket, received: () => received, isEnded: () => ended };
}
