import { lookup, type LookupAddress, type LookupAllOptions, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

/** A connection that was not opened because of where it leads. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
}

/** Checks for CIDR notation. */
export function isAddressRange(text: string): boolean {
  return ipaddr.isValidCIDR(text);
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** Node's own `lookup`, or another resolver of its form. */
type Resolve = (
  host: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type AddressRange = [Address, number];

/**
 * The public internet: the ranges that IANA has given out for it, less its registries of special-purpose addresses. Of
 * IPv6 that is 2000::/3 alone, so IPv4-compatible (`::127.0.0.1`) and translated addresses (`64:ff9b::127.0.0.1`) are
 * outside.
 */
const internet = ['0.0.0.0/0', '2000::/3'].map((range) => ipaddr.parseCIDR(range));
const special = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...[
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
  ],
  ...['192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
  // The rest of the IPv6 registry is outside 2000::/3.
  ...['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'],
].map((range) => ipaddr.parseCIDR(range));

/**
 * Decides which addresses may be connected to: the public internet, and the ranges that the operator names. Tenants give
 * URLs of ERPs and webhooks; without the guard, a tenant could reach internal services, such as a cloud's metadata.
 *
 * The guard judges the address that the connection is opened to, after the name is resolved. An earlier check would judge
 * another lookup, whose answer may differ (DNS rebinding).
 */
export class AddressGuard {
  readonly #allowed: readonly AddressRange[];
  readonly #resolve: Resolve;

  /** @param allowedRanges in CIDR notation, beside the public internet: `127.0.0.0/8`, `10.1.0.0/16` */
  constructor(allowedRanges: readonly string[], resolve: Resolve = lookup) {
    this.#allowed = allowedRanges.map((range) => ipaddr.parseCIDR(range));
    this.#resolve = resolve;
  }

  allows(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    // An IPv4-mapped address (`::ffff:127.0.0.1`) is judged as the IPv4 address that it leads to.
    const parsed = ipaddr.process(address);
    return isWithin(parsed, this.#allowed) || (isWithin(parsed, internet) && !isWithin(parsed, special));
  }

  /** @throws ForbiddenAddressError for a host that is written as an address; those are not looked up */
  checkHost(host: string): void {
    const address = host.replace(/^\[|\]$/g, '');
    if (isIP(address) !== 0 && !this.allows(address)) throw forbidden(host);
  }

  /** For the `lookup` option of sockets. */
  readonly lookup = (host: string, options: LookupOptions, done: LookupCallback): void => {
    this.#resolve(host, { ...options, all: true }, (error, found) => {
      if (error) {
        done(error, []);
        return;
      }
      const allowed = found.filter(({ address }) => this.allows(address));
      const [first] = allowed;
      if (!first) done(forbidden(host), []);
      else if (options.all) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}

function isWithin(address: Address, ranges: readonly AddressRange[]): boolean {
  return ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits));
}

function forbidden(host: string): ForbiddenAddressError {
  return new ForbiddenAddressError(`${host} is not an address that this system may connect to`);
}
