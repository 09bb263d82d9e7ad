import { useSalesClient, useSharedStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { draftInvoice } from './draft-invoice.js';

const address = { line1: '1 Mill Lane', city: 'Bath', postal_code: 'BA1 1AA', country: 'GB' };

describe('the addresses of an invoice', () => {
  const stack = useSharedStack();
  const sales = useSalesClient(stack);

  it('a billing address is corrected → drafts print the new one, issued invoices the one at their issue', async () => {
    const invoice = await draftInvoice(sales, {
      shipping_address: { ...address, name: 'Ada Lovelace' },
      billing_address: { ...address, name: 'Analytical Ltd', email: 'ada@example.com' },
    });
    await invoice.correct({ billing_address: { name: 'Analytical Engines Ltd' } });
    expect(await invoice.read()).toMatchObject({ bill_to: { name: 'Analytical Engines Ltd' } });
    await invoice.issue();
    const issued = await invoice.read();
    const page = await invoice.page();
    expect(issued).toMatchObject({
      bill_to: { name: 'Analytical Engines Ltd', line1: '1 Mill Lane', email: 'ada@example.com' },
      ship_to: { name: 'Ada Lovelace', line1: '1 Mill Lane' },
    });
    expect(page).toMatch(/Bill to[^]*Analytical Engines Ltd[^]*Ship to[^]*Ada Lovelace/);
    await invoice.correct({
      billing_address: { name: 'Difference Ltd', line1: '2 Park Row', city: 'Leeds', country: 'GB' },
      shipping_address: { name: 'Charles Babbage' },
    });
    expect(await invoice.read()).toEqual(issued);
    expect(await invoice.page()).toBe(page);
  });

  it('no billing address → the invoice is made out to the shipping address', async () => {
    const invoice = await draftInvoice(sales, { shipping_address: { ...address, name: 'Ada Lovelace' } });
    expect(await invoice.read()).toMatchObject({ bill_to: { name: 'Ada Lovelace' } });
    await invoice.issue();
    await invoice.correct({ shipping_address: { name: 'Charles Babbage' } });
    expect(await invoice.read()).toMatchObject({
      bill_to: { name: 'Ada Lovelace' },
      ship_to: { name: 'Ada Lovelace' },
    });
  });

  it('no address at all → an issued invoice stays without one', async () => {
    const invoice = await draftInvoice(sales);
    await invoice.issue();
    await invoice.correct({ billing_address: address });
    expect(await invoice.read()).toMatchObject({ bill_to: null, ship_to: null });
    expect(await invoice.page()).not.toContain('Mill Lane');
  });
});
