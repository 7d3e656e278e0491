/**
 * The bytes of an event stream, however they are cut on their way, as the same events.
 */

import fc from 'fast-check';

import { createEventReader, type StreamEvent } from '../../../../gateway/upstream/read-event-stream.ts';

const LARGEST = 1_000;

function readAll(bytes: Uint8Array, cuts: readonly number[] = []): readonly StreamEvent[] {
  const reader = createEventReader(LARGEST);
  const places = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other),
    bytes.length,
  ];
  return places.slice(1).flatMap((end, index) => reader.read(bytes.subarray(places[index], end)));
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

test.each([
  ['event: next\ndata: {"a":1}\n\n', [{ name: 'next', data: '{"a":1}' }]],
  [
    'event: next\r\ndata: 1\r\n\r\nevent:complete\r\ndata:\r\n\r\n',
    [
      { name: 'next', data: '1' },
      { name: 'complete', data: '' },
    ],
  ],
  ['event: next\rdata: 1\r\r', []],
  ['event: next\rdata: 1\r\r:', [{ name: 'next', data: '1' }]],
  [':\n\n:alive\n\n', []],
  ['data: one\ndata: two\n\n', [{ name: 'message', data: 'one\ntwo' }]],
  ['id: 7\nretry: 3\ndata: one\n\n', [{ name: 'message', data: 'one' }]],
  ['event: complete\n\n', [{ name: 'complete', data: '' }]],
  ['data: unfinished\n', []],
])('%j', (text, events) => {
  expect(readAll(bytesOf(text))).toEqual(events);
});

test('where it is cut makes no difference, not even in the middle of a character or a line end', () => {
  const bytes = bytesOf(
    'event: next\r\ndata: {"name":"Öztürk 🛒"}\r\n\r\n:\n\nevent: next\rdata: 2\r\r:\nevent: complete\n\n',
  );
  const whole = readAll(bytes);
  expect(whole).toHaveLength(3);
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 30 }), (cuts) => {
      expect(readAll(bytes, cuts)).toEqual(whole);
    }),
    { seed: 20261128 },
  );
});

test.each([
  ['in one line', `data: ${'x'.repeat(LARGEST)}`],
  ['in many', 'data: 0123456789\n'.repeat(LARGEST / 10)],
])('an event that is too large %s is given up before it is whole', (_how, text) => {
  expect(() => readAll(bytesOf(text))).toThrow('larger than 1000 bytes');
});

test('signs of life are no part of an event, however many there are', () => {
  expect(readAll(bytesOf(`${':alive\n'.repeat(LARGEST)}data: one\n\n`))).toEqual([
    { name: 'message', data: 'one' },
  ]);
});
