import { describe, expect, it } from 'vitest';

import { permissionsOf } from './permission.js';

describe('permissionsOf', () => {
  const reads = ['orders:read', 'products:read', 'invoices:read'];
  const writes = ['orders:write', 'products:write', 'invoices:write', 'refunds:write', 'returns:write'];

  it.each([
    ['admin', [...reads, ...writes, 'orders:operate', 'api_keys:manage', 'erp:manage', 'settings:manage']],
    ['operator', [...reads, 'orders:operate']],
    ['order_manager', [...reads, ...writes]],
    ['service', [...reads, 'orders:write']],
    ['viewer', reads],
  ])('lets a token of the role %s do %j, and no more', (role, allowed) => {
    expect([...permissionsOf([role], [])]).toEqual(allowed);
  });

  it('adds the single permissions in the token', () => {
    expect([...permissionsOf(['viewer'], ['orders:write'])]).toEqual([...reads, 'orders:write']);
    expect([...permissionsOf(['service'], ['refunds:write', 'returns:write'])]).toEqual([
      ...reads,
      ...['orders:write', 'refunds:write', 'returns:write'],
    ]);
  });

  it.each(['root', 'Admin', '', 'constructor', '__proto__', 'toString'])(
    'gives the role %j nothing',
    (role) => {
      expect(permissionsOf([role], ['orders', '*', 'constructor']).size).toBe(0);
    },
  );
});
