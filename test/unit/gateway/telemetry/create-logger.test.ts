/**
 * Lines of the log as they come out, compared with what pino makes of the same facts. Knows no fact of ours.
 */

import { assert, dictionary, jsonValue, property, string } from 'fast-check';

import { createLogger, describeError, lineTeller } from '../../../../gateway/telemetry/create-logger.ts';
import { SEED } from '../../../kit/seed.ts';

function recorded(level: 'info' | 'warn' = 'info') {
  const lines: string[] = [];
  return { lines, log: createLogger({ level }, { write: (line) => void lines.push(line) }) };
}

/** But for the time, which passes. */
const timeless = (line = '') => line.replace(/"time":"[^"]*"/, '"time":""');

test('what comes with every request is written as any other line', () => {
  const { lines, log } = recorded();
  const worker = log.child({ worker: 3 });
  // What pino takes for an error, a request or a response is none of the facts that are told so.
  const names = string().filter(
    (name) => !['err', 'method', 'headers', 'socket', '__proto__'].includes(name),
  );
  const facts = dictionary(names, jsonValue());
  const isSame = property(facts, string(), (told, message) => {
    lines.length = 0;
    worker.info({ ...told, password: 'secret', nothing: undefined }, message);
    lineTeller(worker, message)({ ...told, password: 'secret', nothing: undefined });
    expect(timeless(lines[1])).toBe(timeless(lines[0]));
    expect(lines[1]).not.toContain('"secret"');
  });
  assert(isSame, { seed: SEED });
});

test('the time is that of the clock', () => {
  const { lines, log } = recorded();
  const before = Date.now();
  log.info('first');
  lineTeller(log, 'second')({});
  const after = Date.now();
  for (const line of lines) {
    // Reason for the cast: what the code under test has just printed.
    const { time } = JSON.parse(line) as { readonly time: string };
    expect(new Date(time).toISOString()).toBe(time);
    expect(Date.parse(time)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(time)).toBeLessThanOrEqual(after);
  }
});

test('a log that wants only troubles is not told of requests', () => {
  const { lines, log } = recorded('warn');
  lineTeller(log, 'request ended')({ status: 200 });
  expect(lines).toEqual([]);
});

test('where each address of a host refuses, it is told why', () => {
  const addresses = ['::1', '127.0.0.1'];
  // Without a message of its own, as Node throws it.
  const cause = new AggregateError(addresses.map((address) => new Error(`connect ECONNREFUSED ${address}`)));
  expect(describeError(new Error('the connection failed', { cause }))).toBe(
    'Error: the connection failed, because of AggregateError, ' +
      'because of Error: connect ECONNREFUSED ::1, and of Error: connect ECONNREFUSED 127.0.0.1',
  );
});
