/**
 * What operators read of a body that is no answer.
 */

import { gzipSync } from 'node:zlib';

import { GatewayError } from '../../../../gateway/base/gateway-error.ts';
import { readAnswer } from '../../../../gateway/upstream/read-answer.ts';

test.each([
  ['text', Buffer.from('ready'), 'a body that is not a JSON object'],
  ['an answer packed unasked', gzipSync('{"data":{}}'), 'a body in gzip, which was not asked for'],
])('the cause says what it is: %s', (_what, body, said) => {
  const raw = { status: 200, contentType: 'application/json', body };
  const cause = new Error(`status 200 with ${said}`);
  expect(() => readAnswer('shop', raw, () => 1_000)).toThrow(
    new GatewayError('SUBGRAPH_RESPONSE_INVALID', { subgraph: 'shop' }, cause),
  );
});
