import { isIPv4, isIPv6 } from 'node:net';

/**
 * The unit that counts as one client: an IPv4 address, or the /64 network of an IPv6 address. A provider assigns such
 * a network to one household or host, which can use all of its addresses.
 *
 * @returns undefined for an invalid address
 */
export function clientOf(address: string | undefined): string | undefined {
  const plain = plainAddress(address);
  if (plain === undefined || isIPv4(plain)) return plain;
  return `${groupsOf(plain).slice(0, 4).join(':')}::/64`;
}

/**
 * The client of a connection; undefined for a trusted proxy, whose connections carry the requests of many clients.
 */
export function clientOfConnection(
  isProxy: (address: string) => boolean,
): (address: string | undefined) => string | undefined {
  return (address) => (address !== undefined && isProxy(address) ? undefined : clientOf(address));
}

/**
 * Removes the additions of proxies and systems to an address: a port (`198.51.100.8:1000`, `[2001:db8::1]:443`), a
 * zone, and the IPv6 form of an IPv4 address.
 *
 * @returns undefined for an invalid address
 */
export function plainAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1];
  const withoutPort = bracketed ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  const [address = ''] = withoutPort.split('%');
  if (isIPv4(address)) return address;
  return isIPv6(address) ? (mappedIPv4(groupsOf(address)) ?? address) : undefined;
}

/** The IPv4 address in an IPv4-mapped IPv6 address, such as `::ffff:203.0.113.7` in any spelling. */
function mappedIPv4(groups: readonly string[]): string | undefined {
  const numbers = groups.map((group) => Number.parseInt(group, 16));
  const isMapped = numbers.slice(0, 5).every((number) => number === 0) && numbers[5] === 0xffff;
  if (!isMapped) return undefined;
  return numbers
    .slice(6)
    .flatMap((number) => [number >> 8, number & 0xff])
    .join('.');
}

/** All eight groups of an IPv6 address, with `::` expanded. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = inHexadecimal(address).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}

/** Converts a dotted quad at the end to two hexadecimal groups. */
function inHexadecimal(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_quad, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}
