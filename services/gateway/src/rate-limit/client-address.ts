import { isIPv6 } from 'node:net';

/**
 * What counts as one client: an IPv4 address, or the /64 network of an IPv6 address, which is what a provider gives
 * to one household or host. Whoever has one address of it has all of them.
 */
export function clientOf(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [withoutZone = address] = address.split('%');
  if (!isIPv6(withoutZone)) return address;
  return `${firstGroups(withoutZone).join(':')}::/64`;
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

/** The first four groups, with the `::` that may stand for some of them written out. */
function firstGroups(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // A dotted quad at the end takes the room of two groups.
  const written = before.length + after.length + (address.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - written);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
}
