/**
 * Names to addresses, except those that a name should never stand for: loopback, link-local (where clouds keep their
 * secrets) and other special ones. Whoever answers for the name could otherwise lead the gateway there. Private networks
 * are what internal systems live in. Knows no HTTP.
 */

import { lookup as lookUp, type LookupAddress } from 'node:dns';
import { BlockList, isIPv6, type LookupFunction } from 'node:net';

const SPECIAL = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['224.0.0.0', 3],
] as const) {
  SPECIAL.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::', 32],
] as const) {
  SPECIAL.addSubnet(network, bits, 'ipv6');
}

/** Whether an address, also one of IPv4 written as IPv6, is none that a name may stand for. */
export function isSpecial(address: string): boolean {
  return SPECIAL.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Where no connection is made to, by a code for those who mend. */
export class AddressRefused extends Error {
  readonly code: 'SPECIAL_ADDRESS' | 'HOST_NOT_LISTED';

  constructor(code: AddressRefused['code'], sentence: string) {
    super(sentence);
    this.code = code;
  }
}

type LookUpAll = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/** `localhost` is no name that anybody else answers for. */
export function guardedLookup(lookUpAll: LookUpAll = lookUp): LookupFunction {
  return (hostname, options, callback) => {
    lookUpAll(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const good =
        hostname === 'localhost' ? addresses : addresses.filter((each) => !isSpecial(each.address));
      const [first] = good;
      if (first === undefined)
        callback(new AddressRefused('SPECIAL_ADDRESS', 'the name stands for a special address'), []);
      else if (options.all === true) callback(null, good);
      else callback(null, first.address, first.family);
    });
  };
}
