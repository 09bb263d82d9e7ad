import { createHash, randomUUID } from 'node:crypto';

import { createSalesClient } from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { draftInvoice } from './draft-invoice.js';

const path = '/api/v1/oms/seller';
const brightside = {
  legal_name: 'Brightside Trading Ltd',
  address: { line1: '12 Mill Lane', city: 'Bath', postal_code: 'BA1 1AA', country: 'GB' },
  tax_ids: [{ name: 'VAT ID', value: 'GB123456789' }],
  payment_terms: 'Net 30.\nPlease name the number.',
  payment_due_days: 30,
};
const shown = {
  ...brightside,
  address: { ...brightside.address, line2: null, state: null },
  ...{ contact: null, bank_details: null },
};

describe('the seller of an organisation', () => {
  const stack = useSharedStack();

  /** A new tenant without a seller. */
  function merchant() {
    const claims = { tenantId: randomUUID(), orgId: randomUUID() };
    const api = stack.apiAs(claims);
    const sales = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token(claims) });
    return {
      ...{ ...claims, sales },
      as: (changes: { readonly role?: string; readonly orgId?: string }) =>
        stack.apiAs({ ...claims, ...changes }),
      get: () => api.request('GET', path),
      put: (body: object, key: string = randomUUID()) =>
        api.request('PUT', path, body, { 'idempotency-key': key }),
    };
  }

  it('is replaced as a whole, and belongs to its organisation only', async () => {
    const { get, put, as } = merchant();
    expect(await get()).toMatchObject({ status: 404, body: { error: 'there is no such seller' } });
    expect(await put({ ...brightside, contact: 'billing@brightside.example' })).toMatchObject({
      status: 200,
      body: { contact: 'billing@brightside.example' },
    });
    expect(await put(brightside)).toMatchObject({ status: 200, body: shown });
    expect((await get()).body).toEqual(shown);
    expect(await as({ orgId: randomUUID() }).request('GET', path)).toMatchObject({ status: 404 });
  });

  it('is replaced → drafts name the new one, issued invoices the one at their issue', async () => {
    const { put, sales } = merchant();
    await put(brightside);
    const [issued, open] = [await draftInvoice(sales), await draftInvoice(sales)];
    const before = await issued.issue();
    expect(before['seller']).toEqual(shown);
    const issuedAt = Date.parse(String(before['issued_at']));
    expect(before['due_date']).toBe(new Date(issuedAt + 30 * 86_400_000).toISOString().slice(0, 10));
    const { payment_due_days: _, ...other } = { ...brightside, legal_name: 'Darkside Ltd' };
    await put(other);
    expect(await issued.read()).toEqual(before);
    expect(await open.read()).toMatchObject({ seller: { legal_name: 'Darkside Ltd' }, due_date: null });
    const page = await issued.page();
    expect(page).toMatch(/Brightside Trading Ltd[^]*12 Mill Lane[^]*VAT ID GB123456789/);
    expect(page).not.toContain('Darkside');
    expect(await open.issue()).toMatchObject({ seller: { legal_name: 'Darkside Ltd' } });
  });

  it('is printed with due date and terms, in styles that the content policy allows by their hash', async () => {
    const { put, sales } = merchant();
    await put({ ...brightside, bank_details: 'IBAN <GB33>' });
    const invoice = await draftInvoice(sales);
    const { due_date } = await invoice.issue();
    const { headers, body } = await sales.get(`/invoices/${invoice.id}/document`);
    const page = String(body['text']);
    expect(page).toMatch(new RegExp(`Due</th>\\s*<td>${String(due_date)}</td>`));
    expect(page).toContain('Net 30.\nPlease name the number.');
    expect(page).toContain('IBAN &lt;GB33&gt;');
    const styles = [...page.matchAll(/<style>([^]*?)<\/style>/g)].map(([, text]) => text ?? '');
    expect(styles).toHaveLength(1);
    const hash = createHash('sha256').update(styles.join()).digest('base64');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(page).not.toMatch(/ style=|<script|<link|<img/);
  });

  it('is missing → invoices are issued without one, and stay so', async () => {
    const { put, sales } = merchant();
    const invoice = await draftInvoice(sales);
    expect(await invoice.issue()).toMatchObject({ status: 'issued', seller: null, due_date: null });
    await put(brightside);
    expect(await invoice.read()).toMatchObject({ status: 'issued', seller: null });
  });

  it.each([
    [{ legal_name: undefined }, 'legal_name is required'],
    [{ legal_name: ' ' }, 'legal_name must not be empty'],
    [{ address: { line1: '12 Mill Lane', city: 'Bath', country: 'Britain' } }, 'address.country must be'],
    [{ address: { ...brightside.address, email: 'a@b.example' } }, 'address.email is not a known field'],
    [
      { tax_ids: Array.from({ length: 6 }, () => ({ name: 'VAT', value: '1' })) },
      'tax_ids must have at most 5',
    ],
    [{ tax_ids: [{ name: 'VAT' }] }, 'tax_ids[0].value is required'],
    [{ contact: 'a\nb' }, 'contact must not contain control characters'],
    [{ payment_terms: 'x'.repeat(501) }, 'payment_terms must be at most 500 characters'],
    [{ payment_due_days: 366 }, 'payment_due_days must be at most 365'],
    [{ logo: 'x' }, 'logo is not a known field'],
  ])('with %j → 400 that names the field, and the seller stays', async (changes, error) => {
    const { get, put } = merchant();
    await put(brightside);
    const answer = await put({ ...brightside, ...changes });
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining(error) as string } });
    expect((await get()).body).toEqual(shown);
  });

  it('is forbidden to every role but administrators', async () => {
    const { as, get } = merchant();
    for (const role of ['operator', 'order_manager', 'service', 'viewer']) {
      expect((await as({ role }).request('GET', path)).status).toBe(403);
      expect((await as({ role }).request('PUT', path, brightside)).status).toBe(403);
    }
    expect((await get()).status).toBe(404);
  });

  it('has one audit entry per idempotency key, with the seller before and after', async () => {
    const { tenantId, orgId, put } = merchant();
    await put({ ...brightside, legal_name: 'Brightside' });
    const key = randomUUID();
    for (const replayed of [null, 'true']) {
      expect((await put(brightside, key)).headers.get('idempotent-replayed')).toBe(replayed);
    }
    const entries = await stack.database.prisma.auditEntry.findMany({
      where: { tenantId, action: 'seller.replaced' },
      orderBy: { id: 'asc' },
    });
    expect(entries).toMatchObject([
      { orgId, data: { after: { legalName: 'Brightside' } } },
      {
        orgId,
        data: { before: { legalName: 'Brightside' }, after: { legalName: 'Brightside Trading Ltd' } },
      },
    ]);
  });
});
