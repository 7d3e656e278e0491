/** How one subgraph is called over time: repetitions, deadline, circuit and shedding together. */

import { optionsSchema } from '../../../../gateway/config/options.ts';
import type { SubgraphSettings } from '../../../../gateway/config/subgraph-options.ts';
import {
  SubgraphPolicy,
  type PolicedCall,
  type Verdict,
} from '../../../../gateway/resilience/subgraph-policy.ts';
import { fakeClock, type FakeClock } from '../../../kit/fake-clock.ts';

const { defaults } = optionsSchema.parse({ supergraph: { file: 'unused' } }).subgraphs;

const FINE: Verdict = { outcome: 'answered', health: 'good', mayRepeat: false };
const BAD: Verdict = { outcome: 'failed', health: 'bad', mayRepeat: true };
const FINAL: Verdict = { ...BAD, mayRepeat: false };

let clock: FakeClock;

beforeEach(() => {
  clock = fakeClock();
});

/** Each pause is as long as it may be. */
function policyOf(settings: Partial<SubgraphSettings> = {}): SubgraphPolicy {
  return new SubgraphPolicy(
    { ...defaults, ...settings },
    { clock, random: () => 1, onCircuitChange: () => undefined },
  );
}

type Call = PolicedCall<Verdict, string>;

/** Gives the verdicts one after the other, and the last one from then on. */
function calling(...verdicts: readonly Verdict[]): Call & { readonly madeAtMs: readonly number[] } {
  const madeAtMs: number[] = [];
  return {
    madeAtMs,
    signal: new AbortController().signal,
    deadlineMs: clock.nowMs() + 10_000,
    attempt() {
      madeAtMs.push(clock.nowMs());
      return Promise.resolve(verdicts[madeAtMs.length - 1] ?? verdicts.at(-1) ?? FINE);
    },
    judge: (verdict) => verdict,
    refuse: (refusal) => refusal,
  };
}

test('what may pass is asked again after pauses that double, and the last answer counts', async () => {
  const policy = policyOf();
  const call = calling(BAD, BAD, FINE);
  const result = policy.run(call);
  await clock.pass(1_000);
  expect(await result).toBe(FINE);
  expect([call.madeAtMs, policy.calls.failed, policy.calls.answered, policy.retries]).toEqual([
    [0, 50, 150],
    2,
    1,
    2,
  ]);
});

test('what may not be repeated, or was often enough, is not', async () => {
  const [once, thrice] = [calling(FINAL), calling(BAD)];
  const policy = policyOf();
  const results = Promise.all([policy.run(once), policy.run(thrice)]);
  await clock.pass(10_000);
  expect(await results).toEqual([FINAL, BAD]);
  expect([once.madeAtMs.length, thrice.madeAtMs.length]).toEqual([1, 3]);
});

test('a subgraph that asks for a little time gets it; for more, the client is told at once', async () => {
  const [short, long] = [
    calling({ ...BAD, retryAfterMs: 1_000 }, FINE),
    calling({ ...BAD, retryAfterMs: 1_001 }, FINE),
  ];
  const policy = policyOf();
  const results = Promise.all([policy.run(short), policy.run(long)]);
  await clock.pass(60_000);
  expect([await results, short.madeAtMs, long.madeAtMs]).toEqual([
    [FINE, { ...BAD, retryAfterMs: 1_001 }],
    [0, 1_000],
    [0],
  ]);
});

test('when everything fails, repetitions stay within a tenth of the calls', async () => {
  const policy = policyOf({ circuitBreaker: { ...defaults.circuitBreaker, enabled: false } });
  const calls = Array.from({ length: 1_000 }, () => calling(BAD));
  const results = Promise.all(calls.map((call) => policy.run(call)));
  await clock.pass(9_000);
  await results;
  expect([policy.calls.failed, policy.retries, policy.retriesRefused]).toEqual([1_100, 100, 1_000]);
});

test('who hangs up during a pause is not asked for again', async () => {
  const leaving = new AbortController();
  const call = { ...calling(BAD), signal: leaving.signal };
  const result = policyOf().run(call);
  await clock.pass(10);
  leaving.abort();
  expect([await result, call.madeAtMs]).toEqual([BAD, [0]]);
});

test('an open circuit calls nothing, says when to come again, and one probe is all that passes then', async () => {
  const policy = policyOf({ retries: { ...defaults.retries, max: 0 } });
  for (let time = 0; time < 10; time += 1) await policy.run(calling(FINAL));
  await clock.pass(2_000);
  const refused = calling(FINE);
  expect([await policy.run(refused), refused.madeAtMs, policy.retryAfterMs()]).toEqual([
    'circuit_open',
    [],
    3_000,
  ]);
  await clock.pass(3_000);
  const gate = Promise.withResolvers<Verdict>();
  const probe = policy.run({ ...calling(), attempt: () => gate.promise });
  expect(await policy.run(calling(FINE))).toBe('circuit_open');
  gate.resolve(FINE);
  expect([await probe, await policy.run(calling(FINE)), policy.breaker.state]).toEqual([
    FINE,
    FINE,
    'closed',
  ]);
});

test('calls beyond those that run and wait are turned away, and places are used again', async () => {
  const policy = policyOf({ maxConnections: 1, maxWaiting: 1 });
  const gate = Promise.withResolvers<Verdict>();
  const running = policy.run({ ...calling(), attempt: () => gate.promise });
  const waiting = policy.run(calling(FINE));
  expect([await policy.run(calling(FINE)), policy.calls.shed, policy.retryAfterMs()]).toEqual([
    'shed',
    1,
    1_000,
  ]);
  gate.resolve(FINE);
  expect(await Promise.all([running, waiting])).toEqual([FINE, FINE]);
  expect([policy.bulkhead.running, policy.bulkhead.waiting]).toEqual([0, 0]);
});

test('who waits for a place until the deadline was never called', async () => {
  const policy = policyOf({ maxConnections: 1 });
  void policy.run({ ...calling(), attempt: () => Promise.withResolvers<Verdict>().promise });
  const late = calling(FINE);
  const result = policy.run(late);
  await clock.pass(10_000);
  expect([await result, late.madeAtMs]).toEqual(['shed', []]);
});

test('those who wait while a circuit opens are turned away when their turn comes', async () => {
  const policy = policyOf({
    maxConnections: 1,
    circuitBreaker: { ...defaults.circuitBreaker, failures: 1 },
  });
  const results = [calling(FINAL), calling(FINE), calling(FINE)].map((call) => policy.run(call));
  expect(await Promise.all(results)).toEqual([FINAL, 'circuit_open', 'circuit_open']);
});
