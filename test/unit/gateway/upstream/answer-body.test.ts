/** Chunks become the bytes that were sent. */

import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';

import { AnswerBody } from '../../../../gateway/upstream/answer-body.ts';

test('the whole is what came, whether its length was told or not', () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), { maxLength: 8 });
  const isRight = fc.property(chunks, fc.boolean(), (sent, isTold) => {
    const whole = Buffer.concat(sent);
    const body = new AnswerBody();
    if (isTold) body.tellLength(whole.length);
    for (const chunk of sent) {
      const bytes = Buffer.from(chunk);
      body.add(bytes);
      bytes.fill(0);
    }
    expect(body.length).toBe(whole.length);
    expect(body.take()).toEqual(whole);
  });
  fc.assert(isRight);
});

test('more than was told is no part of it', () => {
  const body = new AnswerBody();
  body.tellLength(2);
  expect(() => body.add(Buffer.from('abcd'))).toThrow('out of bounds');
});

test('a long one whose length was told is put together in one place with a byte to spare', () => {
  const body = new AnswerBody();
  body.tellLength(6_000);
  for (const letter of ['a', 'b', 'c']) body.add(Buffer.alloc(2_000, letter));
  const whole = body.take();
  expect([whole.length, whole.byteOffset, whole.buffer.byteLength]).toEqual([6_000, 0, 6_001]);
});
