import { BlockList, isIPv4 } from 'node:net';

import { plainAddress } from './client-address.js';

/** Whether the sender at an address is trusted to name the address before it in `X-Forwarded-For`. */
export type TrustProxy = (address: string, hop: number) => boolean;

/** The networks that can be named, by Express' names. */
const namedNetworks: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Makes Express' setting `trust proxy`. Express does not recognise addresses with ports, which some proxies write; it
 * would take such a proxy for the client.
 *
 * @param trusted the number of proxies in front of this one, or their addresses and networks
 */
export function trustedProxies(trusted: number | readonly string[]): TrustProxy {
  if (typeof trusted === 'number') return (_address, hop) => hop < trusted;
  const list = new BlockList();
  for (const network of trusted.flatMap((name) => namedNetworks[name] ?? name)) {
    const [address = '', bits] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (text) => {
    const address = plainAddress(text);
    return address !== undefined && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
}
