import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { ErpConnector } from '../erp-connector.js';
import type { ErpOrder } from '../erp-order.js';
import { callOf, snapshotOf } from '../testing/order-snapshot.js';
import { steeredTryton, type SteeredTryton } from '../testing/steered-tryton.js';
import { findPython } from '../testing/tryton-installation.js';

const python = await findPython();

describe.skipIf(python === undefined)('in a real Tryton', () => {
  let tryton: SteeredTryton;
  beforeAll(async () => {
    tryton = await steeredTryton(python ?? '');
  }, 600_000);
  afterAll(() => tryton.close());
  afterEach(() => {
    tryton.proxy.judge = () => undefined;
  });

  const push = (
    order: ErpOrder,
    connector: ErpConnector = tryton.connect(),
  ): ReturnType<ErpConnector['pushOrder']> => connector.pushOrder(order, callOf(order));
  const partyOf = async (order: ErpOrder): Promise<unknown> => {
    const sales = await tryton.records.find('sale.sale', [['reference', '=', order.id]], ['party.code']);
    const [sale] = z.array(z.object({ 'party.': z.object({ code: z.string() }) })).parse(sales);
    return sale?.['party.'].code;
  };

  describe('customers', () => {
    it('are one party for all of their orders, with each address once', async () => {
      const first = snapshotOf();
      const elsewhere = {
        line1: 'Hauptstr. 5',
        line2: 'Hof',
        city: 'Berlin',
        postalCode: '10115',
        state: 'BE',
        country: 'FR',
      };
      const second = snapshotOf({ customer: first.customer ?? { id: '' }, shippingAddress: elsewhere });
      const third = snapshotOf({ customer: first.customer ?? { id: '' }, shippingAddress: elsewhere });
      for (const order of [first, second, third]) expect(await push(order)).toMatchObject({ kind: 'done' });
      const parties = await tryton.records.find(
        'party.party',
        [['code', '=', first.customer?.id]],
        ['addresses.street', 'addresses.city'],
      );
      expect(parties).toMatchObject([
        { 'addresses.': [{ city: 'Springfield' }, { city: 'Berlin', street: 'Hauptstr. 5\nHof\nBE\nFR' }] },
      ]);
    });

    it('that are guests are a party each, or the party in the settings', async () => {
      const { customer: _none, ...guest } = snapshotOf();
      expect(await push(guest)).toMatchObject({ kind: 'done' });
      expect(await partyOf(guest)).toBe(guest.id);
      const { customer: _neither, ...other } = snapshotOf();
      expect(await push(other, tryton.connect({ guestPartyCode: 'GUESTS' }))).toMatchObject({
        kind: 'refused',
      });
      await tryton.records.call('model.party.party.create', [{ name: 'Guests', code: 'GUESTS' }]);
      expect(await push(other, tryton.connect({ guestPartyCode: 'GUESTS' }))).toMatchObject({ kind: 'done' });
      expect(await partyOf(other)).toBe('GUESTS');
    });

    it('that are unknown to Tryton are refused, if the settings say so', async () => {
      const order = snapshotOf();
      expect(await push(order, tryton.connect({ parties: { policy: 'refuse' } }))).toMatchObject({
        kind: 'refused',
        message: expect.stringContaining(order.customer?.id ?? '') as string,
      });
      expect(await tryton.records.find('party.party', [['code', '=', order.customer?.id]], ['code'])).toEqual(
        [],
      );
    });
  });

  describe('sessions', () => {
    it('that have expired are renewed once, by the first call that notices', async () => {
      const connector = tryton.connect();
      await push(snapshotOf(), connector);
      const before = tryton.proxy.bodies.length;
      // Tryton ends all sessions of a user when the password is set, even to the same value.
      const [user] = await tryton.records.find('res.user', [['login', '=', 'oms']], ['login']);
      await tryton.records.call('model.res.user.write', [user?.['id']], { password: 'orders-to-tryton' });
      const outcomes = await Promise.all(
        [snapshotOf(), snapshotOf(), snapshotOf()].map((order) => push(order, connector)),
      );
      expect(outcomes).toMatchObject(outcomes.map(() => ({ kind: 'done' })));
      const logins = tryton.proxy.bodies.slice(before).filter((body) => body.includes('common.db.login'));
      expect(logins).toHaveLength(1);
    });

    it('that never work → the login is not repeated without end', async () => {
      const before = tryton.proxy.bodies.length;
      tryton.proxy.judge = (body) => (body.includes('model.sale') ? { status: 401 } : undefined);
      expect(await push(snapshotOf())).toMatchObject({ kind: 'transient', needsOperator: true });
      const logins = tryton.proxy.bodies.slice(before).filter((body) => body.includes('common.db.login'));
      expect(logins).toHaveLength(2);
    });

    it('that cannot be opened → transient, never unknown', async () => {
      tryton.proxy.judge = () => 'hang';
      const connector = tryton.connect({}, { timeoutMs: 500 });
      expect(await push(snapshotOf(), connector)).toMatchObject({ kind: 'transient' });
    });
  });
});
