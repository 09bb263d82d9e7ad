import { useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { draftInvoice } from './draft-invoice.js';

describe('a link to an invoice', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);
  const link = async (invoiceId: string, body: object = {}) => {
    const answer = await sales.post(`/invoices/${invoiceId}/links`, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    const { url, expires_at: expiresAt } = answer.body as {
      readonly url: string;
      readonly expires_at: string;
    };
    return { url: new URL(url, stack.gatewayUrl), expiresAt };
  };
  const invalid = { error: 'this link has expired or is not valid', code: 'NOT_FOUND' };

  it('opens the page without a token for 15 minutes, and no cache or search engine keeps it', async () => {
    const invoice = await draftInvoice(sales, {
      billing_address: { name: 'Ada', line1: '1 Mill Lane', city: 'Bath', country: 'GB' },
    });
    const before = Date.now();
    const { url, expiresAt } = await link(invoice.id);
    const lifetimeMs = Date.parse(expiresAt) - before;
    expect(lifetimeMs).toBeGreaterThanOrEqual(900_000);
    expect(lifetimeMs).toBeLessThan(960_000);
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'content-security-policy': expect.stringContaining("default-src 'none'") as string,
    });
    expect(await answer.text()).toBe(await invoice.page());
  });

  it('opens the PDF where it was made for that, whatever the Accept header', async () => {
    const { id } = await draftInvoice(sales);
    const { url } = await link(id, { format: 'pdf', expires_in: 86_400 });
    const answer = await fetch(url, { headers: { accept: 'text/html' } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  });

  it('is altered → the same 404 as of an invoice that does not exist', async () => {
    const { id } = await draftInvoice(sales);
    const { url } = await link(id);
    const [text = '', signature = ''] = (url.searchParams.get('token') ?? '').split('.');
    const parts = JSON.parse(Buffer.from(text, 'base64url').toString()) as (string | number)[];
    const other = Buffer.from(JSON.stringify(parts.with(3, 'pdf'))).toString('base64url');
    for (const token of [`${other}.${signature}`, `${text}.${signature.slice(1)}`, text, 'x']) {
      const answer = await fetch(`${stack.gatewayUrl}/links/invoice?token=${token}`);
      expect([answer.status, await answer.json()]).toEqual([404, invalid]);
    }
    expect((await fetch(`${stack.gatewayUrl}/links/invoice`)).status).toBe(400);
  });

  it.each([
    [{ expires_in: 59 }, 'expires_in'],
    [{ expires_in: 86_401 }, 'expires_in'],
    [{ format: 'docx' }, 'format'],
  ])('%j is refused with the name of the field', async (body, field) => {
    const { id } = await draftInvoice(sales);
    expect(await sales.post(`/invoices/${id}/links`, body)).toMatchObject({ status: 400, body: { field } });
  });
});
