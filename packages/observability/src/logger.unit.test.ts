import { describe, expect, it } from 'vitest';

import { createLogger } from './logger.js';

function logged(entry: object): string {
  const lines: string[] = [];
  createLogger({ service: 'test', level: 'info' }, { write: (line) => lines.push(line) }).info(entry, 'said');
  return lines.join('');
}

describe('createLogger', () => {
  it('writes one JSON object per line, with the service and an ISO time', () => {
    expect(JSON.parse(logged({ orderId: 'o' }))).toMatchObject({
      service: 'test',
      orderId: 'o',
      msg: 'said',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
  });

  it.each([
    { authorization: 'Bearer s3cret' },
    { req: { headers: { authorization: 's3cret', cookie: 's3cret' } } },
    { headers: { Authorization: 's3cret' } },
    { config: { apiKey: 's3cret', token: 's3cret', connectionString: 'postgres://s3cret' } },
    { payment: { card: { number: 's3cret' }, cvc: 's3cret', client_secret: 's3cret' } },
    { card_number: 's3cret', password: 's3cret' },
  ])('redacts secrets and card data: %j', (entry) => {
    const line = logged(entry);
    expect(line).not.toContain('s3cret');
    expect(line).toContain('[redacted]');
  });

  it('writes nothing below its level', () => {
    const lines: string[] = [];
    createLogger({ service: 'test', level: 'silent' }, { write: (line) => lines.push(line) }).fatal('x');
    expect(lines).toEqual([]);
  });
});
