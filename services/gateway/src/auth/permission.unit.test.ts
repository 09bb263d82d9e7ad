import { describe, expect, it } from 'vitest';

import { permissionsOf } from './permission.js';

describe('permissionsOf', () => {
  it('lets an admin read and write orders, and manage API keys', () => {
    expect([...permissionsOf(['admin'], [])]).toEqual(['orders:read', 'orders:write', 'api_keys:manage']);
  });

  it.each(['order_manager', 'service'])('lets a %s read and write orders', (role) => {
    expect([...permissionsOf([role], [])]).toEqual(['orders:read', 'orders:write']);
  });

  it('lets a viewer read orders and no more', () => {
    expect([...permissionsOf(['viewer'], [])]).toEqual(['orders:read']);
  });

  it('adds what the token names itself', () => {
    expect([...permissionsOf(['viewer'], ['orders:write'])]).toEqual(['orders:read', 'orders:write']);
  });

  it.each(['root', 'Admin', '', 'constructor', '__proto__', 'toString'])(
    'gives the role %j nothing',
    (role) => {
      expect(permissionsOf([role], ['orders', '*', 'constructor']).size).toBe(0);
    },
  );
});
