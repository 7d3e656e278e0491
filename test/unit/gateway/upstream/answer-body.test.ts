/** Chunks become the bytes that were sent, whatever was said about their length. */

import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';

import { AnswerBody } from '../../../../gateway/upstream/answer-body.ts';

const MOST = 1_000;

test('whatever length was told, the whole is what came', () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 8 });
  const told = fc.oneof(
    fc.integer({ min: -1, max: 200 }),
    fc.constantFrom(undefined, '', 'x', '1e9', MOST + 1),
  );
  const isRight = fc.property(chunks, told, (sent, length) => {
    const body = new AnswerBody();
    body.tellLength(length, MOST);
    for (const chunk of sent) body.add(Buffer.from(chunk));
    expect(body.length).toBe(Buffer.concat(sent).length);
    expect(body.take()).toEqual(Buffer.concat(sent));
  });
  fc.assert(isRight);
});

test('chunks whose length was told are put together in one place with a byte to spare', () => {
  const body = new AnswerBody();
  body.tellLength('6', MOST);
  for (const chunk of ['ab', 'cd', 'ef']) body.add(Buffer.from(chunk));
  const whole = body.take();
  expect([whole.toString(), whole.byteOffset, whole.buffer.byteLength]).toEqual(['abcdef', 0, 7]);
});
