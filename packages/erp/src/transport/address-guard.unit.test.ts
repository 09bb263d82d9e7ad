import { describe, expect, it } from 'vitest';

import { AddressGuard, ForbiddenAddressError } from './address-guard.js';

describe('addresses that are not named by the operator', () => {
  const guard = new AddressGuard([]);

  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '127.8.8.8'],
    ['loopback', '::1'],
    ['private', '10.0.0.1'],
    ['private', '172.16.5.4'],
    ['private', '192.168.1.1'],
    ['a cloud’s metadata service', '169.254.169.254'],
    ['shared by carriers', '100.64.0.1'],
    ['nowhere', '0.0.0.0'],
    ['nowhere', '::'],
    ['everywhere', '255.255.255.255'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['unique local', 'fd00::1'],
    ['link local', 'fe80::1'],
    ['IPv4 in IPv6 clothes', '::ffff:127.0.0.1'],
    ['IPv4 in IPv6 clothes', '::ffff:a9fe:a9fe'],
    ['IPv4 behind a translator', '64:ff9b::7f00:1'],
    ['a tunnel', '2002:7f00:1::'],
    ['documentation', '2001:db8::1'],
    ['no address', 'example.com'],
  ])('are not connected to: %s (%s)', (_name, address) => {
    expect(guard.allows(address)).toBe(false);
  });

  it.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '::ffff:93.184.216.34'])(
    'are, in the internet: %s',
    (address) => {
      expect(guard.allows(address)).toBe(true);
    },
  );

  it('are refused when a URL has them instead of a name, in brackets too', () => {
    expect(() => {
      guard.checkHost('[::1]');
    }).toThrow(ForbiddenAddressError);
    expect(() => {
      guard.checkHost(new URL('http://0x7f.1/').hostname);
    }).toThrow(ForbiddenAddressError);
    expect(() => {
      guard.checkHost('erp.example.com');
    }).not.toThrow();
  });
});

it('connects to the ranges that the operator names, and to no more', () => {
  const guard = new AddressGuard(['10.1.0.0/16', 'fd00:1::/32']);
  expect(guard.allows('10.1.2.3')).toBe(true);
  expect(guard.allows('::ffff:10.1.2.3')).toBe(true);
  expect(guard.allows('10.2.0.1')).toBe(false);
  expect(guard.allows('fd00:1::5')).toBe(true);
  expect(guard.allows('127.0.0.1')).toBe(false);
});
