import { randomUUID } from 'node:crypto';

import { operationIdOf } from '@oms/contracts/http';
import { ServiceError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';

import type { Principal } from '../../../auth/principal.js';
import { operationRoute } from './operation-route.js';

const principal: Principal = {
  subject: 'ada',
  actorType: 'user',
  scope: { tenantId: randomUUID(), orgId: randomUUID() },
  permissions: new Set(),
};
const operationID = operationIdOf({ orderId: randomUUID(), commandId: randomUUID() });

const databaseIsAway = new Error('Connection terminated unexpectedly');
const temporalIsAway = new ServiceError('Failed to describe workflow', { cause: new Error('unavailable') });
const bug = new TypeError("Cannot read properties of undefined (reading 'kind')");

describe('an operation that cannot be read', () => {
  const read = (fault: Error) =>
    operationRoute({ changes: { find: () => Promise.reject(fault) } }).handle(
      { params: { operationID }, query: {}, body: undefined },
      principal,
    );

  it.each([
    ['the database', databaseIsAway],
    ['Temporal', temporalIsAway],
  ])('while %s is away → is refused as unavailable, to be asked again', async (_, fault) => {
    await expect(read(fault)).rejects.toMatchObject({
      refusal: { code: 'UNAVAILABLE' },
      headers: { 'Retry-After': '5' },
      cause: fault,
    });
  });

  it('because of a fault that repeats → fails with that fault', async () => {
    await expect(read(bug)).rejects.toBe(bug);
  });
});
