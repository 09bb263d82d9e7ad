import { isIPv4, isIPv6 } from 'node:net';

/**
 * Names what is counted as one client: an IPv4 address, or the /64 network of an IPv6 address, which is what a provider
 * gives to one household or host. Whoever has one address of it has all of them.
 *
 * @returns undefined for an invalid address
 */
export function clientOf(address: string | undefined): string | undefined {
  const plain = plainAddress(address);
  if (plain === undefined || isIPv4(plain)) return plain;
  return `${groupsOf(plain).slice(0, 4).join(':')}::/64`;
}

/**
 * Names the client of a connection. A trusted proxy's connections carry the requests of many clients: they belong to
 * none of them.
 */
export function clientOfConnection(
  isProxy: (address: string) => boolean,
): (address: string | undefined) => string | undefined {
  return (address) => (address !== undefined && isProxy(address) ? undefined : clientOf(address));
}

/**
 * An address without what proxies and systems write beside it: a port (`198.51.100.8:1000`, `[2001:db8::1]:443`), a zone,
 * and the form of an IPv4 address that an IPv6 socket shows.
 *
 * @returns undefined for what is no address
 */
export function plainAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1];
  const withoutPort = bracketed ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  const [address = ''] = withoutPort.split('%');
  if (isIPv4(address)) return address;
  return isIPv6(address) ? (mappedIPv4(groupsOf(address)) ?? address) : undefined;
}

/** `::ffff:203.0.113.7`, however it is written. */
function mappedIPv4(groups: readonly string[]): string | undefined {
  const numbers = groups.map((group) => Number.parseInt(group, 16));
  const isMapped = numbers.slice(0, 5).every((number) => number === 0) && numbers[5] === 0xffff;
  if (!isMapped) return undefined;
  return numbers
    .slice(6)
    .flatMap((number) => [number >> 8, number & 0xff])
    .join('.');
}

/** All eight groups of an IPv6 address, with the `::` that may stand for some of them written out. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = inHexadecimal(address).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}

/** A dotted quad at the end is two groups. */
function inHexadecimal(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_quad, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}
