import { describe, expect, it, onTestFinished } from 'vitest';

import { startScriptedServer } from '../testing/scripted-server.js';
import { DeadlineExchange, TransportError, type ExchangeAnswer } from './deadline-exchange.js';

async function ask(
  write: Parameters<typeof startScriptedServer>[0],
  maxAnswerBytes?: number,
): Promise<ExchangeAnswer> {
  const server = await startScriptedServer(write);
  onTestFinished(() => server.close());
  const { hostname: host, port } = new URL(server.baseUrl);
  return new DeadlineExchange().send({
    ...{ protocol: 'http', host, port, path: '/', method: 'GET', headers: {}, timeoutMs: 60_000 },
    ...(maxAnswerBytes === undefined ? {} : { maxAnswerBytes }),
  });
}

describe('an answer', () => {
  it('is read up to its size, and is the text that it is', async () => {
    const answer = await ask((_request, response) => response.end('caf\u00e9'), 5);
    expect(answer).toMatchObject({ statusCode: 200, body: 'caf\u00e9' });
  });

  it('that is larger is none, although the request was sent', async () => {
    const failure = ask((_request, response) => response.end('caf\u00e9'), 4);
    await expect(failure).rejects.toThrow(TransportError);
    await expect(failure).rejects.toMatchObject({
      delivery: 'possibly_sent',
      message: 'the answer is larger than 4 bytes',
    });
  });

  it('without an end is let go of', async () => {
    let closed: Promise<void> | undefined;
    const failure = ask((_request, response) => {
      closed = new Promise((resolve) => response.once('close', resolve));
      const part = Buffer.alloc(64 * 1024);
      const write = (): void => {
        response.write(part, (error) => {
          if (!error) write();
        });
      };
      write();
    });
    await expect(failure).rejects.toThrow('the answer is larger than 4194304 bytes');
    await closed;
  });
});
