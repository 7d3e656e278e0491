/**
 * The metrics of several workers as one page: whichever worker is asked asks the process that holds them together,
 * which asks them all and adds up. Knows no metric.
 */

import cluster, { type Worker } from 'node:cluster';

import { AggregatorRegistry, type MetricObject, type Registry } from 'prom-client';

import { isRecord } from '../base/is-record.ts';

/** Between a worker and the process that holds them together, each with the number of one question. */
const WANTED = 'metrics wanted';
const COLLECT = 'collect metrics';
const COLLECTED = 'metrics collected';
const ADDED_UP = 'metrics added up';
/** A worker that is too busy to answer is left out. */
const PATIENCE_MS = 1_000;

interface Gathering {
  readonly missing: Set<Worker>;
  readonly found: MetricObject[][];
  readonly finish: () => void;
}

/** In the process that holds the workers together. */
export function addUpMetrics(): void {
  const listening = new Set<Worker>();
  const gatherings = new Map<number, Gathering>();
  let asked = 0;

  function gather(asker: Worker, question: unknown): void {
    const number = (asked += 1);
    const finish = () => {
      clearTimeout(timer);
      if (!gatherings.delete(number)) return;
      const page = AggregatorRegistry.aggregate(gathering.found).metrics();
      void page.then((text) => tell(asker, { kind: ADDED_UP, question, text }));
    };
    const timer = setTimeout(finish, PATIENCE_MS);
    const gathering: Gathering = { missing: new Set(listening), found: [], finish };
    gatherings.set(number, gathering);
    for (const worker of listening) tell(worker, { kind: COLLECT, number });
  }

  function leaveOut(worker: Worker, { missing, finish }: Gathering): void {
    if (missing.delete(worker) && missing.size === 0) finish();
  }

  cluster.on('exit', (worker) => {
    listening.delete(worker);
    for (const gathering of gatherings.values()) leaveOut(worker, gathering);
  });
  cluster.on('message', (worker, message: unknown) => {
    if (!isRecord(message)) return;
    if (message['kind'] === 'listening') listening.add(worker);
    if (message['kind'] === WANTED) gather(worker, message['question']);
    if (message['kind'] !== COLLECTED) return;
    const gathering = gatherings.get(Number(message['number']));
    if (gathering === undefined) return;
    // Reason for the cast: a worker of ours sends what its registry gave.
    gathering.found.push(message['metrics'] as MetricObject[]);
    leaveOut(worker, gathering);
  });
}

/** One that dies in this moment cannot be told any more, which must not be the end of all: its end is told elsewhere. */
function tell(worker: Worker, message: object): void {
  worker.send(message, () => undefined);
}

/** In a worker: gives the page of all. */
export function shareMetrics(registry: Registry): () => Promise<string> {
  const waiting = new Map<number, (text: string) => void>();
  let asked = 0;
  process.on('message', (message: unknown) => {
    if (!isRecord(message)) return;
    const { kind, number, question, text } = message;
    if (kind === ADDED_UP) waiting.get(Number(question))?.(String(text));
    if (kind !== COLLECT) return;
    void registry.getMetricsAsJSON().then((metrics) => process.send?.({ kind: COLLECTED, number, metrics }));
  });
  return async () => {
    const question = (asked += 1);
    const page = new Promise<string>((resolve) => waiting.set(question, resolve));
    process.send?.({ kind: WANTED, question });
    try {
      return await page;
    } finally {
      waiting.delete(question);
    }
  };
}
