/** HTTP answers are read as they were written, however the bytes are cut; what is not exactly HTTP/1.1 is refused. */

import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';

import { BadAnswer } from '../../../../gateway/upstream/head-lines.ts';
import { LargeAnswer } from '../../../../gateway/upstream/answer-reader.ts';
import { piecesOf, readPieces, readText, written } from './written-answers.ts';

test('what was written is read, however it is cut', () => {
  const isRight = fc.property(written, fc.array(fc.nat(), { maxLength: 12 }), ({ text, read }, cuts) => {
    expect(readPieces(piecesOf(Buffer.from(text, 'latin1'), cuts))).toEqual(read);
  });
  fc.assert(isRight, { numRuns: 400 });
});

test('byte by byte too', () => {
  for (const { text, read } of fc.sample(written, { numRuns: 20, seed: 7 }))
    expect(readPieces([...Buffer.from(text, 'latin1')].map((byte) => Buffer.from([byte])))).toEqual(read);
});

test('what is cut off is never whole', () => {
  const isRight = fc.property(written, fc.nat(), ({ text, endsItself }, cut) => {
    fc.pre(endsItself);
    const part = Buffer.from(text, 'latin1').subarray(0, cut % text.length);
    expect(readPieces([part])).toBe('incomplete');
  });
  fc.assert(isRight, { numRuns: 400 });
});

test('after what follows an answer unasked the connection is not used again', () => {
  const isRight = fc.property(
    written,
    fc.constantFrom('x', 'HTTP/1.1 200 OK\r\n'),
    ({ text, read, endsItself }, more) => {
      fc.pre(endsItself);
      expect(readText(text + more)).toEqual({ ...read, restMs: 0 });
    },
  );
  fc.assert(isRight);
});

test('a head may be of exactly 16 kB, however it is cut', () => {
  const start = 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\nx: ';
  const text = (length: number) => `${start}${'y'.repeat(length - start.length)}\r\n\r\n1`;
  for (const cut of [16_384, 16_385, 16_386, 16_387, 16_388])
    expect(readPieces(piecesOf(Buffer.from(text(16_384)), [cut]))).toMatchObject({ body: '1' });
  expect(() => readText(text(16_385))).toThrow(BadAnswer);
});

const LENGTH_5 = 'content-length: 5\r\n';
const REFUSED: readonly (readonly [string, string])[] = [
  ['no status line', 'hello\r\n\r\n'],
  ['another protocol', 'HTTP/2 200\r\n\r\n'],
  ['another version', 'HTTP/1.2 200 OK\r\n\r\n'],
  ['a small protocol name', 'http/1.1 200 OK\r\n\r\n'],
  ['no status', 'HTTP/1.1 OK\r\n\r\n'],
  ['a long status', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['a status without meaning', 'HTTP/1.1 099 OK\r\n\r\n'],
  ['a line before it', `\r\nHTTP/1.1 200 OK\r\n${LENGTH_5}\r\n12345`],
  ['a control character in the reason', 'HTTP/1.1 200 O\x01K\r\n\r\n'],
  ['a line that ends in LF alone', `HTTP/1.1 200 OK\n${LENGTH_5}\r\n\r\n12345`],
  ['a line that ends in CR alone', `HTTP/1.1 200 OK\r\nx: y\rcontent-length: 5\r\n\r\n12345`],
  ['a header without a colon', 'HTTP/1.1 200 OK\r\nserver\r\n\r\n'],
  ['a header without a name', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n'],
  ['a blank before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 5\r\n\r\n12345'],
  ['a continued line', 'HTTP/1.1 200 OK\r\nx: y\r\n content-length: 5\r\n\r\n12345'],
  ['a null byte in a value', 'HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n'],
  ['two lengths', `HTTP/1.1 200 OK\r\n${LENGTH_5}content-length: 6\r\n\r\n123456`],
  ['one length twice', `HTTP/1.1 200 OK\r\n${LENGTH_5}${LENGTH_5}\r\n12345`],
  ['a list of lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5, 5\r\n\r\n12345'],
  ['a length with a sign', 'HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\n12345'],
  ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n12345'],
  ['a length in hexadecimal', 'HTTP/1.1 200 OK\r\ncontent-length: 0x5\r\n\r\n12345'],
  ['an empty length', 'HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\n12345'],
  ['a length with an odd blank', 'HTTP/1.1 200 OK\r\ncontent-length: 5\xa0\r\n\r\n12345'],
  ['a length with a tab', 'HTTP/1.1 200 OK\r\ncontent-length: 5\t\r\n\r\n12345'],
  ['a length that is too large for a number', 'HTTP/1.1 200 OK\r\ncontent-length: 9999999999999999\r\n\r\n'],
  ['a length and chunks', `HTTP/1.1 200 OK\r\n${LENGTH_5}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['chunks in a coding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  ['chunks with a tab', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\t\r\n\r\n0\r\n\r\n'],
  [
    'chunks twice',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a coding that is no chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: identity\r\n\r\n'],
  ['chunks of an old version', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a change of the protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
  ['a head that does not end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(4_000)}`],
  ...[
    ['a chunk without a length', '\r\n'],
    ['a chunk with a sign', '+1\r\na\r\n0\r\n\r\n'],
    ['a chunk with a blank before its length', ' 1\r\na\r\n0\r\n\r\n'],
    ['a chunk in 0x', '0x1\r\na\r\n0\r\n\r\n'],
    ['a chunk that is longer than it says', '1\r\nab\r\n0\r\n\r\n'],
    ['a chunk that is shorter than it says', '3\r\na\r\n0\r\n\r\n'],
    ['a chunk whose line ends in LF alone', '1\na\r\n0\r\n\r\n'],
    ['a chunk whose data end in LF alone', '1\r\na\n0\r\n\r\n'],
    ['a chunk that is too long for a number', 'ffffffffffffffff\r\na'],
    ['an extension that does not end', `1;${'x'.repeat(20_000)}`],
    ['a CR within an extension', '1;a\rb\r\na\r\n0\r\n\r\n'],
    ['a trailer that is none', '0\r\nhello\r\n\r\n'],
    ['trailers that do not end', `0\r\n${'x: y\r\n'.repeat(4_000)}`],
  ].map(([name = '', body = '']): [string, string] => [
    name,
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${body}`,
  ]),
];

test.each(REFUSED)('refused is %s', (_name, text) => {
  expect(() => readText(text)).toThrow(BadAnswer);
});

test('what is larger than it may be is refused as soon as that is known', () => {
  const large = [
    'content-length: 11\r\n\r\n',
    'transfer-encoding: chunked\r\n\r\n6\r\n123456\r\n5\r\n12345',
    'x: y\r\n\r\n12345678901',
  ];
  for (const text of large) {
    const bytes = Buffer.from(`HTTP/1.1 200 OK\r\n${text}`);
    expect(() => readPieces([bytes], 10)).toThrow(LargeAnswer);
  }
});

test.each([
  ['HTTP/1.0 200 OK\r\n', 0],
  ['HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n', 4_000],
  ['HTTP/1.1 204 No Content\r\n', 4_000],
  ['HTTP/1.1 304 Not Modified\r\n', 4_000],
  ['HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n', 4_000],
  ['HTTP/1.1 204 No Content\r\ncontent-length: 1\r\n', 0],
  ['HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n', 0],
  ['HTTP/1.1 200 OK\r\nkeep-alive: xtimeout=9\r\n', 4_000],
  ['HTTP/1.1 200 OK\r\nconnection: keep-alive\r\nconnection: close\r\n', 0],
])('after %j a connection rests for %i ms', (start, restMs) => {
  const length = /204|304/.test(start) ? '' : 'content-length: 0\r\n';
  expect(readText(`${start}${length}\r\n`)).toMatchObject({ body: '', restMs });
});
