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

test('many small ones take little more memory than what is in them', () => {
  const body = new AnswerBody();
  const bytes = Buffer.from('x');
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 1_000_000; i += 1) body.add(bytes);
  // What is garbage counts as well until it is collected; a buffer for each of them is far more.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(70_000_000);
  expect(body.take().equals(Buffer.alloc(1_000_000, 'x'))).toBe(true);
});
