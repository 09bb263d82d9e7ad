import { randomUUID } from 'node:crypto';

import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';

import { newScope } from '../testing/orders.js';
import { Count, PlaceOrder, places, Receive, Release, Reserve } from '../testing/stock-model.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

describe('stock against a model of it', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });

  it('says after every step what the model says: all or nothing, once, never more than there is, wherever', async () => {
    const place = fc.constantFrom(...places);
    const wish = fc.record({ place, isAnywhere: fc.boolean(), quantity: fc.integer({ min: 1, max: 6 }) });
    const commands = fc.commands(
      [
        fc
          .tuple(place, fc.integer({ min: 1, max: 12 }))
          .map(([where, quantity]) => new Receive(where, quantity)),
        fc.array(wish, { maxLength: 5 }).map((wishes) => new PlaceOrder(wishes)),
        fc.nat({ max: 9 }).map((choice) => new Reserve(choice)),
        fc.nat({ max: 9 }).map((choice) => new Reserve(choice)),
        fc.nat({ max: 9 }).map((choice) => new Release(choice)),
        fc.tuple(place, fc.nat({ max: 12 })).map(([where, onHand]) => new Count(where, onHand)),
      ],
      { maxCommands: 60, size: '+1' },
    );
    await fc.assert(
      fc.asyncProperty(commands, (steps) =>
        fc.asyncModelRun(
          () => ({
            model: {
              levels: places.map(() => ({ onHand: 0, reserved: 0, isStocked: false })),
              orders: [],
            },
            real: {
              test,
              scope: newScope(),
              variantIds: [randomUUID(), randomUUID()],
              locationIds: [randomUUID(), randomUUID()],
              orders: [],
            },
          }),
          steps,
        ),
      ),
      { numRuns: 80, endOnFailure: false },
    );
  });
});
