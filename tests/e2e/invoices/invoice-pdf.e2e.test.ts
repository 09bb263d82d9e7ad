import { useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { draftInvoice } from './draft-invoice.js';

describe('the document of an invoice', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);
  const read = (invoiceId: string, accept: string, method = 'GET') =>
    fetch(`${stack.gatewayUrl}/api/v1/sales/invoices/${invoiceId}/document`, {
      method,
      headers: { authorization: `Bearer ${stack.token({})}`, accept },
    });

  it('Accept: application/pdf → the invoice as a file that is named by its number', async () => {
    const hostile = 'x"; filename="evil.exe"\u2028';
    const invoice = await draftInvoice(sales, {
      billing_address: { name: hostile, line1: '1 Mill Lane', city: 'Łódź', country: 'PL' },
    });
    await invoice.issue();
    const { invoice_number: number } = await invoice.read();
    const answer = await read(invoice.id, 'application/pdf');
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${String(number)}.pdf"`,
      'cache-control': 'no-store',
      vary: expect.stringContaining('Accept') as string,
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(answer.headers.get('content-length')).toBe(String(bytes.byteLength));
    const again = await read(invoice.id, 'application/pdf');
    expect(Buffer.from(await again.arrayBuffer()).equals(bytes)).toBe(true);
    const head = await read(invoice.id, 'application/pdf', 'HEAD');
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  });

  it.each([
    ['*/*', 'text/html; charset=utf-8'],
    ['text/*', 'text/html; charset=utf-8'],
    ['text/html;q=0.5, application/pdf', 'application/pdf'],
    ['application/*', 'application/pdf'],
  ])('Accept: %s → %s', async (accept, type) => {
    const { id } = await draftInvoice(sales);
    const answer = await read(id, accept);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
  });

  it.each(['application/json', 'image/png', 'text/html;q=0, application/pdf;q=0'])(
    'Accept: %s → 406',
    async (accept) => {
      const { id } = await draftInvoice(sales);
      const answer = await read(id, accept);
      expect([answer.status, await answer.json()]).toEqual([
        406,
        { error: 'this is offered as text/html and application/pdf only', code: 'NOT_ACCEPTABLE' },
      ]);
    },
  );
});
