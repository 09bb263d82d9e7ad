import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { orderBody } from '../testing/orders.js';
import { errorOf, startTestGateway, type TestGateway } from '../testing/test-gateway.js';

const path = '/api/v1/oms/orders';
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

describe('a body', () => {
  it.each([
    ['33 levels deep', `${'['.repeat(33)}${']'.repeat(33)}`, 'must not be nested more than 32 levels deep'],
    [
      'of more entries than any order',
      `{"items":[${'0,'.repeat(1_000)}0]}`,
      'must not have an array or object of more than 1000 entries',
    ],
    [
      'of one text larger than any',
      `{"channel":"${'x'.repeat(65_537)}"}`,
      'must not have a text of more than 65536 bytes',
    ],
  ])('%s is refused before it is parsed', async (_what, body, fault) => {
    const response = await gateway.post(body);
    expect([response.status, await errorOf(response)]).toEqual([400, `the body ${fault}`]);
  });

  it('of an order with the most lines and the longest texts, each character an escape, is accepted', async () => {
    const text = (length: number): string => '\u{1f600}'.repeat(length);
    const address = {
      ...{ name: text(255), company: text(255), line1: text(255), line2: text(255), city: text(255) },
      ...{ state: text(255), postal_code: text(32), phone: text(64), email: text(254), country: 'US' },
    };
    const line = {
      ...{
        product_title: text(255),
        variant_title: text(255),
        sku: text(100),
        quantity: 1,
        unit_price: '1.00',
      },
      ...{ variant_id: randomUUID(), location_id: randomUUID(), requires_shipping: true },
    };
    const body = orderBody({
      items: Array.from({ length: 500 }, () => line),
      metadata: Object.fromEntries(
        Array.from({ length: 50 }, (_, at) => [`${text(38)}${String(at).padStart(2, '0')}`, text(500)]),
      ),
      ...{ shipping_address: address, billing_address: address },
      ...{
        channel: text(255),
        external_id: text(255),
        source_platform: text(255),
        shipping_method: text(255),
      },
    });
    const escaped = JSON.stringify(body).replace(
      /[\ud800-\udfff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
    );
    expect(escaped.length).toBeGreaterThan(4_000_000);
    const response = await gateway.post(escaped);
    expect([response.status, await response.text()]).toEqual([201, expect.any(String)]);
  });

  it('of another request than an order is refused above one megabyte', async () => {
    const cancel = async (length: number): Promise<unknown> => {
      const response = await fetch(`${gateway.url}${path}/${randomUUID()}/cancel`, {
        method: 'POST',
        headers: { ...gateway.headers, 'content-type': 'application/json' },
        body: `{"padding":"${'x'.repeat(length - 14)}"}`,
      });
      return [response.status, await errorOf(response)];
    };
    expect(await cancel(1024 * 1024 + 1)).toEqual([413, 'the body must not be larger than 1 MB']);
    expect(await cancel(1024 * 1024)).toEqual([400, expect.stringContaining('65536')]);
  });
});
