/**
 * From which address a request comes, when proxies stand before the gateway: what a header says is believed as far as
 * trusted proxies have written it, and not a step further. Knows no limit.
 */

import { BlockList, isIP } from 'node:net';

import type { Config } from '../config/options.ts';

export interface AddressFacts {
  /** Of the connection; undefined where it has gone. */
  readonly remoteAddress: string | undefined;
  /** By name in lower case; what came several times is one list. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export type ClientAddress = (facts: AddressFacts) => string;

const MAPPED = /^::ffff:(?=\d+\.)/i;
/** `1.2.3.4:80`, `[::1]:80`, `[::1]`. */
const WITH_PORT = /^(?:(?<v4>[\d.]+):\d+|\[(?<v6>[^\]]+)\](?::\d+)?)$/;
const GROUPS_OF_A_NETWORK = 4;
const GROUPS = 8;
/** A longer list is nobody's path. */
const MOST_HOPS = 20;

export function createClientAddress({
  trustedProxies,
  forwardedHeader,
}: Pick<Config['server'], 'trustedProxies' | 'forwardedHeader'>): ClientAddress {
  const trusted = blockListOf(trustedProxies);
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return ({ remoteAddress, headers }) => {
    let address = plain(remoteAddress ?? '') ?? 'unknown';
    if (trustedProxies.length === 0 || !isIP(address) || !isTrusted(address)) return address;
    // From the nearest proxy outwards.
    for (const hop of hopsOf(headers[forwardedHeader], forwardedHeader).slice(-MOST_HOPS).reverse()) {
      const next = plain(hop);
      // What is no address was written by somebody who cannot be asked further.
      if (next === undefined) return address;
      address = next;
      if (!isTrusted(address)) return address;
    }
    return address;
  };
}

/** What stands for an address where many belong to one customer: of IPv6 the first 64 bits. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : GROUPS - groups.length - after.length;
  const all = [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  const network = all.slice(0, GROUPS_OF_A_NETWORK).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function hopsOf(
  header: string | string[] | undefined,
  name: Config['server']['forwardedHeader'],
): readonly string[] {
  const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  if (header === undefined) return [];
  if (name === 'x-forwarded-for') return hops.map((hop) => hop.trim());
  return hops.map((hop) => /(?:^|;)\s*for\s*=\s*"?(?<node>[^\s";,]+)/i.exec(hop)?.groups?.['node'] ?? '');
}

/** Without a port and not as IPv4 within IPv6; undefined for what is no address. */
function plain(text: string): string | undefined {
  const { v4, v6 } = WITH_PORT.exec(text)?.groups ?? {};
  const address = (v4 ?? v6 ?? text).replace(MAPPED, '').toLowerCase();
  return isIP(address) === 0 ? undefined : address;
}
