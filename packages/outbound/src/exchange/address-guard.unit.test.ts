import { describe, expect, it } from 'vitest';

import { AddressGuard, ForbiddenAddressError } from './address-guard.js';

/** IANA's registries of special-purpose addresses of both families: each range with its first and last address. */
const registries = [
  ['0.0.0.0/8', '0.0.0.0', '0.255.255.255'],
  ['10.0.0.0/8', '10.0.0.0', '10.255.255.255'],
  ['100.64.0.0/10', '100.64.0.0', '100.127.255.255'],
  ['127.0.0.0/8', '127.0.0.0', '127.255.255.255'],
  ['169.254.0.0/16', '169.254.0.0', '169.254.255.255'],
  ['172.16.0.0/12', '172.16.0.0', '172.31.255.255'],
  ['192.0.0.0/24', '192.0.0.0', '192.0.0.255'],
  ['192.0.0.0/29', '192.0.0.0', '192.0.0.7'],
  ['192.0.0.8/32', '192.0.0.8', '192.0.0.8'],
  ['192.0.0.9/32', '192.0.0.9', '192.0.0.9'],
  ['192.0.0.10/32', '192.0.0.10', '192.0.0.10'],
  ['192.0.0.170/32 and 171', '192.0.0.170', '192.0.0.171'],
  ['192.0.2.0/24', '192.0.2.0', '192.0.2.255'],
  ['192.31.196.0/24', '192.31.196.0', '192.31.196.255'],
  ['192.52.193.0/24', '192.52.193.0', '192.52.193.255'],
  ['192.88.99.0/24', '192.88.99.0', '192.88.99.255'],
  ['192.168.0.0/16', '192.168.0.0', '192.168.255.255'],
  ['192.175.48.0/24', '192.175.48.0', '192.175.48.255'],
  ['198.18.0.0/15', '198.18.0.0', '198.19.255.255'],
  ['198.51.100.0/24', '198.51.100.0', '198.51.100.255'],
  ['203.0.113.0/24', '203.0.113.0', '203.0.113.255'],
  ['240.0.0.0/4', '240.0.0.0', '255.255.255.254'],
  ['255.255.255.255/32', '255.255.255.255', '255.255.255.255'],
  ['::/128', '::', '::'],
  ['::1/128', '::1', '::1'],
  ['64:ff9b::/96', '64:ff9b::', '64:ff9b::ffff:ffff'],
  ['64:ff9b:1::/48', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['100::/64', '100::', '100::ffff:ffff:ffff:ffff'],
  ['100:0:0:1::/64', '100:0:0:1::', '100::1:ffff:ffff:ffff:ffff'],
  ['2001::/23', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001::/32, Teredo', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:1::1/128', '2001:1::1', '2001:1::1'],
  ['2001:1::2/128', '2001:1::2', '2001:1::2'],
  ['2001:1::3/128', '2001:1::3', '2001:1::3'],
  ['2001:2::/48', '2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff'],
  ['2001:3::/32', '2001:3::', '2001:3:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:4:112::/48', '2001:4:112::', '2001:4:112:ffff:ffff:ffff:ffff:ffff'],
  ['2001:10::/28', '2001:10::', '2001:1f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:20::/28', '2001:20::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:30::/28', '2001:30::', '2001:3f:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:db8::/32', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2002::/16, 6to4', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2620:4f:8000::/48', '2620:4f:8000::', '2620:4f:8000:ffff:ffff:ffff:ffff:ffff'],
  ['3fff::/20', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['5f00::/16', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fc00::/7', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['fe80::/10', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
] as const;

/** Ranges outside these registries that are not part of the public internet either. */
const others = [
  ['multicast', '224.0.0.0', '239.255.255.255'],
  ['multicast', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['site-local, which was given up', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['an IPv4 address as IPv6, which was given up', '::2', '::ffff:ffff'],
  ['loopback as such', '::127.0.0.1', '::7fff:ffff'],
  ['IPv4 translated', '::ffff:0:0:0', '::ffff:0:ffff:ffff'],
  ['not given out', '1::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['not given out', '4000::', 'fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
] as const;

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
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped', '::ffff:a9fe:a9fe'],
    ['IPv4 behind a translator', '64:ff9b::7f00:1'],
    ['a tunnel', '2002:7f00:1::'],
    ['documentation', '2001:db8::1'],
    ['no address', 'example.com'],
  ])('are not connected to: %s (%s)', (_name, address) => {
    expect(guard.allows(address)).toBe(false);
  });

  it.each([...registries, ...others])('are not connected to: %s (%s to %s)', (_range, first, last) => {
    expect([guard.allows(first), guard.allows(last)]).toEqual([false, false]);
  });

  // Where a range ends.
  it.each([
    ...[
      '1.0.0.0',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.0',
    ],
    ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.0.3.0'],
    ...['192.88.98.255', '192.88.100.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0'],
    ...['198.51.99.255', '198.51.101.0', '203.0.112.255', '203.0.114.0', '223.255.255.255'],
    ...[
      '2000::',
      '2001:200::',
      '2001:db7:ffff::',
      '2001:db9::',
      '2003::',
      '2620:4f:7fff::',
      '2620:4f:8001::',
    ],
    ...['3ffe:ffff::', '3fff:1000::', '3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ])('are, beside such a range: %s', (address) => {
    expect(guard.allows(address)).toBe(true);
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
      guard.checkHost(new URL('https://[::127.0.0.1]/').hostname);
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
  const guard = new AddressGuard(['10.1.0.0/16', 'fd00:1::/32', '64:ff9b::/96']);
  expect(guard.allows('10.1.2.3')).toBe(true);
  expect(guard.allows('::ffff:10.1.2.3')).toBe(true);
  expect(guard.allows('10.2.0.1')).toBe(false);
  expect(guard.allows('fd00:1::5')).toBe(true);
  expect(guard.allows('64:ff9b::7f00:1')).toBe(true);
  expect(guard.allows('127.0.0.1')).toBe(false);
});
