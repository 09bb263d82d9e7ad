import { describe, expect, it } from 'vitest';

import { clientOf } from './client-address.js';

describe('clientOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:cb00:7107', '203.0.113.7'],
    ['203.0.113.7:1000', '203.0.113.7'],
    ['203.0.113.7:65535', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
  ])('takes %s for the IPv4 address that it is', (address, client) => {
    expect(clientOf(address)).toBe(client);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
    ['[2001:db8:1:2::1]:443', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]', '2001:db8:1:2::/64'],
    ['1::ffff:203.0.113.7', '1:0:0:0::/64'],
  ])('takes %s for one of the addresses of its network', (address, client) => {
    expect(clientOf(address)).toBe(client);
  });

  it('tells two networks apart', () => {
    expect(clientOf('2001:db8:1:2::1')).not.toBe(clientOf('2001:db8:1:3::1'));
  });

  it.each([
    'unknown',
    '_hidden',
    '',
    '203.0.113',
    '203.0.113.7:x',
    '[203.0.113.7',
    '999.0.0.1:80',
    'a:b',
    undefined,
  ])('has no name for the invalid address %s', (text) => {
    expect(clientOf(text)).toBeUndefined();
  });
});
