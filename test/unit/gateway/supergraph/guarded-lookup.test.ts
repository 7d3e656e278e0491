/**
 * A listed name leads to no address that stands for something else.
 */

import { guardedLookup, isSpecial } from '../../../../gateway/supergraph/guarded-lookup.ts';

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '0.0.0.0',
  '169.254.169.254',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '::ffff:7f00:1',
])('%s is special', (address) => {
  expect(isSpecial(address)).toBe(true);
});

test.each(['10.1.2.3', '192.168.0.9', '172.16.0.1', '8.8.8.8', 'fd12:3456::1', '2001:db8::1'])(
  '%s is not',
  (address) => {
    expect(isSpecial(address)).toBe(false);
  },
);

function resolve(hostname: string, addresses: readonly string[], all: boolean): Promise<unknown> {
  const lookup = guardedLookup((_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
  );
  return new Promise((give) => lookup(hostname, { all }, (error, ...found) => give(error?.message ?? found)));
}

test('a name keeps the good ones of its addresses', async () => {
  const addresses = ['169.254.169.254', '10.0.0.7', '::1'];
  expect(await resolve('schemas.example', addresses, true)).toEqual([[{ address: '10.0.0.7', family: 4 }]]);
  expect(await resolve('schemas.example', addresses, false)).toEqual(['10.0.0.7', 4]);
});

test.each([true, false])('a name without a good one leads nowhere', async (all) => {
  const refusal = 'the name stands for a special address';
  expect(await resolve('schemas.example', ['169.254.169.254', '::1'], all)).toBe(refusal);
  expect(await resolve('schemas.example', [], all)).toBe(refusal);
});

test('localhost is this machine', async () => {
  expect(await resolve('localhost', ['127.0.0.1'], false)).toEqual(['127.0.0.1', 4]);
});
