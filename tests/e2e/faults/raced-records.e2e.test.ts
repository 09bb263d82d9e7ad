import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';
import { holdLock, orderBody, orderBodyTotalMinor } from '@oms/testing';
import { patient, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('a race that breaks a constraint', () => {
  const stack = useTestStack({ env: patient });

  it('refuses no record: of two orders with one external id at once, one is confirmed', async () => {
    const external_id = `raced-${randomUUID()}`;
    const references = await stack.simulator.authorizations(2, orderBodyTotalMinor);
    const { tenantId } = stack;
    await stack.database.prisma.tenantSettings.upsert({
      where: { tenantId },
      create: { tenantId },
      update: {},
    });
    // Both have looked whether the external id is free, and wait for their numbers.
    const lock = await holdLock(stack.databaseUrl, 'SELECT FROM tenant_settings WHERE tenant_id = $1', [
      tenantId,
    ]);
    const placing = references.map((payment_reference) =>
      stack.api.placeOrder(orderBody({ payment_reference, external_id })),
    );
    await eventually('both waiting', async () => {
      // PostgreSQL shows the beginning of a statement only.
      const waiting = await stack.database.prisma.$queryRaw<unknown[]>`
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO tenant_settings%'`;
      return waiting.length === 2 ? true : undefined;
    }).finally(() => lock.letGo());
    const placed = await Promise.all(placing);
    expect(placed.map(({ status }) => status)).toEqual([201, 201]);
    const ended = await Promise.all(
      placed.map(({ body }) => stack.orderReaching(body.order_id, ['confirmed', 'cancelled'])),
    );
    const reasons = ended.map(({ cancellation_reason: reason }) => reason);
    expect(reasons).toContain(null);
    expect(reasons).toContain('external_id_in_use');
  });
});
