/**
 * From which address a request comes: the connection, or what trusted proxies have written, read from the end.
 */

import { createClientAddress, networkOf } from '../../../../gateway/request/client-address.ts';

const proxies = ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'];

const byList = createClientAddress({ trustedProxies: proxies, forwardedHeader: 'x-forwarded-for' });
const byForwarded = createClientAddress({ trustedProxies: proxies, forwardedHeader: 'forwarded' });

test.each([
  ['no header', undefined, '127.0.0.1'],
  ['one hop', '203.0.113.1', '203.0.113.1'],
  ['what the client wrote before', '1.1.1.1, 203.0.113.1', '203.0.113.1'],
  ['a chain of proxies', '1.1.1.1, 203.0.113.1, 10.0.0.2,10.0.0.3', '203.0.113.1'],
  ['proxies alone', '10.0.0.2, 10.0.0.3', '10.0.0.2'],
  ['ports', '203.0.113.1:4711', '203.0.113.1'],
  ['IPv6 with a port', '[2001:db8::1]:4711', '2001:db8::1'],
  ['IPv4 within IPv6', '::ffff:203.0.113.1', '203.0.113.1'],
  ['a trusted IPv6 proxy', '203.0.113.1, fd00::5', '203.0.113.1'],
  ['what is no address', '203.0.113.1, unknown', '127.0.0.1'],
  ['something empty', '', '127.0.0.1'],
  ['what is no address, behind a proxy', 'nonsense, 10.0.0.2', '10.0.0.2'],
])('x-forwarded-for from a trusted proxy: %s', (_what, header, address) => {
  const headers = header === undefined ? {} : { 'x-forwarded-for': header, forwarded: 'for=192.0.2.9' };
  expect(byList({ remoteAddress: '::ffff:127.0.0.1', headers })).toBe(address);
});

test.each([
  ['for=203.0.113.1', '203.0.113.1'],
  ['for=1.1.1.1;proto=https, For="203.0.113.1:80";by=10.0.0.2', '203.0.113.1'],
  ['proto=https;for="[2001:DB8::1]"', '2001:db8::1'],
  ['for=203.0.113.1, for=_hidden', '127.0.0.1'],
  ['for=203.0.113.1, proto=https', '127.0.0.1'],
])('forwarded from a trusted proxy: %s', (forwarded, address) => {
  const headers = { forwarded, 'x-forwarded-for': '192.0.2.9' };
  expect(byForwarded({ remoteAddress: '127.0.0.1', headers })).toBe(address);
});

test('nobody else is believed, and without trusted proxies nobody at all', () => {
  const headers = { 'x-forwarded-for': '192.0.2.9', forwarded: 'for=192.0.2.9' };
  const trustNobody = createClientAddress({ trustedProxies: [], forwardedHeader: 'x-forwarded-for' });
  expect(byList({ remoteAddress: '198.51.100.1', headers })).toBe('198.51.100.1');
  expect(trustNobody({ remoteAddress: '127.0.0.1', headers })).toBe('127.0.0.1');
  expect(byList({ remoteAddress: undefined, headers })).toBe('unknown');
});

test('a list of thousands costs no more than one of twenty', () => {
  const headers = { 'x-forwarded-for': Array<string>(100_000).fill('10.0.0.1').join(',') };
  expect(byList({ remoteAddress: '127.0.0.1', headers })).toBe('10.0.0.1');
});

test.each([
  ['203.0.113.1', '203.0.113.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['1::', '1:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
