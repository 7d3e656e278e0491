/**
 * The metrics of several workers as one page: whichever worker is asked asks the process that holds them together,
 * which asks them all and adds up, with what those had counted that have ended. Knows no metric.
 */

import cluster, { type Worker } from 'node:cluster';

import { AggregatorRegistry, type Registry } from 'prom-client';

import { isRecord } from '../base/is-record.ts';

/** Between a worker and the process that holds them together, each with the number of one question. */
const WANTED = 'metrics wanted';
const COLLECT = 'collect metrics';
const COLLECTED = 'metrics collected';
const ADDED_UP = 'metrics added up';
/** Of a worker that is too busy to answer, what it said last counts. */
const PATIENCE_MS = 1_000;

/** Which of its metrics outlive a worker: a counter that falls looks as if all of it had been counted anew. */
const KEPT_TYPES: ReadonlySet<string> = new Set(['counter', 'histogram']);
/** Of each metric: workers may come and go for years, and each may have met other names. */
const MOST_KEPT_VALUES = 10_000;

/** As a registry gives them. */
type Metrics = readonly { readonly type: string; readonly values: readonly object[] }[];

interface Gathering {
  readonly missing: Set<Worker>;
  readonly finish: () => void;
}

/** In the process that holds the workers together. */
export function addUpMetrics(): void {
  const listening = new Set<Worker>();
  /** What each of them said last. */
  const latest = new Map<Worker, Metrics>();
  let ofEnded: Promise<Metrics> = Promise.resolve([]);
  const gatherings = new Map<number, Gathering>();
  let asked = 0;

  async function addUp(): Promise<string> {
    return AggregatorRegistry.aggregate([...latest.values(), await ofEnded]).metrics();
  }

  function gather(asker: Worker, question: unknown): void {
    const number = (asked += 1);
    const finish = () => {
      clearTimeout(timer);
      if (!gatherings.delete(number)) return;
      void addUp().then((text) => tell(asker, { kind: ADDED_UP, question, text }));
    };
    const timer = setTimeout(finish, PATIENCE_MS);
    gatherings.set(number, { missing: new Set(listening), finish });
    for (const worker of listening) tell(worker, { kind: COLLECT, number });
  }

  function leaveOut(worker: Worker, { missing, finish }: Gathering): void {
    if (missing.delete(worker) && missing.size === 0) finish();
  }

  // Later than its end: what it said at the end has been heard by then.
  cluster.on('disconnect', (worker) => {
    listening.delete(worker);
    const last = latest.get(worker);
    latest.delete(worker);
    if (last !== undefined) ofEnded = ofEnded.then((before) => withEnded(before, last));
    for (const gathering of gatherings.values()) leaveOut(worker, gathering);
  });
  cluster.on('message', (worker, message: unknown) => {
    if (!isRecord(message)) return;
    if (message['kind'] === 'listening') listening.add(worker);
    if (message['kind'] === WANTED) gather(worker, message['question']);
    if (message['kind'] !== COLLECTED || !listening.has(worker)) return;
    // Reason for the cast: a worker of ours sends what its registry gave.
    latest.set(worker, message['metrics'] as Metrics);
    const gathering = gatherings.get(Number(message['number']));
    if (gathering !== undefined) leaveOut(worker, gathering);
  });
}

async function withEnded(before: Metrics, last: Metrics): Promise<Metrics> {
  const kept = last.filter(({ type }) => KEPT_TYPES.has(type));
  // Reason for the cast: the library types as numbers what are names.
  const sums = (await AggregatorRegistry.aggregate([before, kept]).getMetricsAsJSON()) as unknown as Metrics;
  return sums.map((metric) => ({ ...metric, values: metric.values.slice(0, MOST_KEPT_VALUES) }));
}

/** One that dies in this moment cannot be told any more, which must not be the end of all: its end is told elsewhere. */
function tell(worker: Worker, message: object): void {
  worker.send(message, () => undefined);
}

export interface SharedMetrics {
  /** The page of all. */
  readonly page: () => Promise<string>;
  /** Says what has been counted since somebody last asked, which would be lost with the process. */
  readonly sayLast: () => Promise<void>;
}

/** In a worker. */
export function shareMetrics(registry: Registry): SharedMetrics {
  const waiting = new Map<number, (text: string) => void>();
  let asked = 0;
  process.on('message', (message: unknown) => {
    if (!isRecord(message)) return;
    const { kind, number, question, text } = message;
    if (kind === ADDED_UP) waiting.get(Number(question))?.(String(text));
    if (kind !== COLLECT) return;
    void registry.getMetricsAsJSON().then((metrics) => process.send?.({ kind: COLLECTED, number, metrics }));
  });
  const page = async () => {
    const question = (asked += 1);
    const answer = new Promise<string>((resolve) => waiting.set(question, resolve));
    process.send?.({ kind: WANTED, question });
    try {
      return await answer;
    } finally {
      waiting.delete(question);
    }
  };
  const sayLast = async () => {
    const metrics = await registry.getMetricsAsJSON();
    // Who cannot be told any more needs no page.
    await new Promise<void>((resolve) => {
      if (process.send === undefined) resolve();
      else process.send({ kind: COLLECTED, metrics }, undefined, undefined, () => resolve());
    });
  };
  return { page, sayLast };
}
