/** When a circuit opens, what passes while it is open, and how it closes again. */

import { CircuitBreaker, type CircuitState } from '../../../../gateway/resilience/circuit-breaker.ts';

const OPTIONS = { enabled: true, failures: 4, percent: 50, windowMs: 10_000, openMs: 5_000 };

let changes: CircuitState[];
let breaker: CircuitBreaker;

beforeEach(() => {
  changes = [];
  breaker = new CircuitBreaker(OPTIONS, (state) => changes.push(state));
});

function call(outcome: 'succeeded' | 'failed' | 'undecided', nowMs: number): void {
  const entry = breaker.enter(nowMs);
  if (entry === undefined) throw new Error('no call may be made');
  breaker[outcome](entry, nowMs);
}

function callOften(outcome: 'succeeded' | 'failed', times: number, nowMs: number): void {
  for (let time = 0; time < times; time += 1) call(outcome, nowMs);
}

test('it opens with the failure that makes enough, and says for how long', () => {
  callOften('failed', 3, 0);
  expect([breaker.state, breaker.closedForMs(0)]).toEqual(['closed', 0]);
  call('failed', 100);
  expect([breaker.state, breaker.closedForMs(100), breaker.closedForMs(2_100)]).toEqual([
    'open',
    5_000,
    3_000,
  ]);
  expect(breaker.enter(5_099)).toBeUndefined();
});

test('failures among twice as many successes do not open it', () => {
  callOften('succeeded', 8, 0);
  callOften('failed', 7, 0);
  expect(breaker.state).toBe('closed');
  call('failed', 0);
  expect(breaker.state).toBe('open');
});

test('failures that are long ago do not count', () => {
  callOften('failed', 3, 0);
  callOften('failed', 3, 10_000);
  expect(breaker.state).toBe('closed');
});

test('once it has been open for long enough a single probe passes, and its success closes it', () => {
  callOften('failed', 4, 0);
  const probe = breaker.enter(5_000);
  expect([probe, breaker.enter(5_000), breaker.enter(60_000), breaker.state]).toEqual([
    { isProbe: true },
    undefined,
    undefined,
    'half-open',
  ]);
  if (probe !== undefined) breaker.succeeded(probe, 5_010);
  expect([breaker.state, breaker.closedForMs(5_010)]).toEqual(['closed', 0]);
  callOften('failed', 3, 5_020);
  expect(changes).toEqual(['open', 'half-open', 'closed']);
});

test('a probe that fails opens it again for as long', () => {
  callOften('failed', 4, 0);
  call('failed', 5_000);
  expect([breaker.state, breaker.closedForMs(5_000)]).toEqual(['open', 5_000]);
  call('succeeded', 10_000);
  expect(changes).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
});

test('a probe that nobody waits for any more leaves its place to the next call', () => {
  callOften('failed', 4, 0);
  call('undecided', 6_000);
  expect(breaker.enter(6_000)).toEqual({ isProbe: true });
});

test('what was asked before the circuit opened closes nothing and prolongs nothing', () => {
  const [early, other] = [breaker.enter(0), breaker.enter(0)];
  callOften('failed', 4, 0);
  if (early !== undefined) breaker.succeeded(early, 1_000);
  if (other !== undefined) breaker.failed(other, 1_000);
  expect([breaker.state, breaker.closedForMs(1_000)]).toEqual(['open', 4_000]);
});

test('one that is not enabled never opens', () => {
  breaker = new CircuitBreaker({ ...OPTIONS, enabled: false }, (state) => changes.push(state));
  callOften('failed', 100, 0);
  expect([breaker.state, changes]).toEqual(['closed', []]);
});
