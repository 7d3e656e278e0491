/**
 * When two answers count as the same.
 */

import { isSameAnswer } from '../../../bench/measure/ask-gateway.ts';

const RIGHT = '{"data":{"user":{"id":"1","points":0}}}';

test.each([
  ['other white space', '{ "data": { "user": { "id": "1", "points": 0 } } }\n', true],
  ['another order of fields', '{"data":{"user":{"points":0,"id":"1"}}}', true],
  ['extensions', '{"data":{"user":{"id":"1","points":0}},"extensions":{"took":3}}', true],
  ['another value', '{"data":{"user":{"id":"1","points":1}}}', false],
  ['another type', '{"data":{"user":{"id":1,"points":0}}}', false],
  ['a field too few', '{"data":{"user":{"id":"1"}}}', false],
  ['a field too many', '{"data":{"user":{"id":"1","points":0,"name":"Ida"}}}', false],
  ['an error beside the data', '{"data":{"user":{"id":"1","points":0}},"errors":[{"message":"no"}]}', false],
  ['no JSON', 'Bad Gateway', false],
])('%s', (_, answer, isSame) => {
  expect(isSameAnswer(answer, RIGHT)).toBe(isSame);
});
