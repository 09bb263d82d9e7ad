import { describe, expect, it } from 'vitest';

import { trustedProxies } from './trusted-proxies.js';

describe('a proxy', () => {
  it('is trusted up to the configured number of proxies', () => {
    const trust = trustedProxies(2);
    expect([0, 1, 2].map((hop) => trust('203.0.113.7', hop))).toEqual([true, true, false]);
    expect(trustedProxies(0)('127.0.0.1', 0)).toBe(false);
  });

  const trust = trustedProxies(['loopback', 'uniquelocal', 'linklocal', '203.0.113.0/24', '2001:db8::7']);

  it.each([
    ...['127.0.0.1', '::1', '10.1.2.3', '192.168.0.1', '172.31.0.1', 'fd00::1', 'fe80::1%eth0'],
    ...['203.0.113.9', '2001:db8::7', '::ffff:10.0.0.1', '::ffff:a00:1'],
    ...['10.0.0.1:443', '[2001:db8::7]:443'],
  ])('is trusted by its network, also with a port: %s', (address) => {
    expect(trust(address, 5)).toBe(true);
  });

  it.each(['203.0.114.1', '2001:db8::8', '172.32.0.1', '11.0.0.1:443', 'unknown', '', '10.0.0'])(
    'is not trusted: %s',
    (address) => {
      expect(trust(address, 0)).toBe(false);
    },
  );
});
