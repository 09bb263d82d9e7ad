import { describe, expect, it } from 'vitest';

import { namingOf, namingUnder } from './name-prefix.js';
import { TaskQueue } from './task-queues.js';

describe('names of an installation', () => {
  it.each(['shop', 'shop.eu', undefined])('under %s are found again from a task queue', (prefix) => {
    const named = namingUnder(prefix);
    for (const queue of Object.values(TaskQueue)) {
      expect(namingOf(named(queue))('order-1')).toBe(named('order-1'));
    }
  });

  it('have the prefix in front', () => {
    expect(namingUnder('shop')('orders')).toBe('shop.orders');
    expect(namingUnder(undefined)('orders')).toBe('orders');
  });
});
