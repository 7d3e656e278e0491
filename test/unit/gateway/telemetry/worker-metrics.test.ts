/**
 * The page of several workers while one of them ends. The workers are stand-ins whose channel behaves like Node's: what
 * cannot be sent is told to a callback, and without one it is an error that nobody listens for.
 */

import cluster, { type Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';

import { jest } from '@jest/globals';

import { addUpMetrics } from '../../../../gateway/telemetry/worker-metrics.ts';

interface Sent {
  readonly kind: string;
  readonly number?: number;
  readonly text?: string;
}

class StandIn extends EventEmitter {
  readonly received: Sent[] = [];
  isGone = false;

  send(message: Sent, callback?: (error: Error | null) => void): boolean {
    if (!this.isGone) this.received.push(message);
    else if (callback === undefined) this.emit('error', new Error('write EPIPE'));
    else callback(new Error('write EPIPE'));
    return !this.isGone;
  }

  isConnected(): boolean {
    return true;
  }

  says(message: object): void {
    cluster.emit('message', this.#asWorker(), message, undefined);
  }

  ends(): void {
    cluster.emit('disconnect', this.#asWorker());
  }

  #asWorker(): Worker {
    // Reason for the cast: of a worker nothing else is used.
    return this as unknown as Worker;
  }
}

const metric = (type: string, name: string, value: number) => {
  return { name, help: 'Asked.', type, aggregator: 'sum', values: [{ value, labels: {} }] };
};
const counted = (value: number) => [
  metric('counter', 'asked_total', value),
  metric('gauge', 'running', value),
];

const workers: StandIn[] = [];
beforeAll(() => addUpMetrics());
afterEach(() => {
  jest.useRealTimers();
  for (const worker of workers.splice(0)) worker.ends();
});

function starts(): StandIn {
  const worker = new StandIn();
  workers.push(worker);
  worker.says({ kind: 'listening' });
  return worker;
}

const answers = (worker: StandIn, value: number) => {
  const { number } = worker.received.findLast(({ kind }) => kind === 'collect metrics')!;
  worker.says({ kind: 'metrics collected', number, metrics: counted(value) });
};

async function pageFor(worker: StandIn): Promise<readonly string[]> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
  const { text = '' } = worker.received.findLast(({ kind }) => kind === 'metrics added up') ?? {};
  return text.split('\n').filter((line) => /^\w/.test(line));
}

test('a worker that is gone before its end is heard of breaks nothing, and is waited for no longer than that', async () => {
  const [one, other] = [starts(), starts()];
  other.isGone = true;
  one.says({ kind: 'metrics wanted', question: 7 });
  answers(one, 3);
  expect(await pageFor(one)).toEqual([]);
  other.ends();
  expect(await pageFor(one)).toEqual(['asked_total 3', 'running 3']);
});

test('what a worker has counted stays counted when it ends, and while it is too busy to answer', async () => {
  const [one, other] = [starts(), starts()];
  one.says({ kind: 'metrics wanted', question: 1 });
  answers(one, 4);
  answers(other, 2);
  const [asked = '', running] = await pageFor(one);
  const count = Number(asked.replace('asked_total ', ''));
  expect([count >= 6, running]).toEqual([true, 'running 6']);
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  one.says({ kind: 'metrics wanted', question: 2 });
  answers(one, 5);
  jest.runAllTimers();
  expect(await pageFor(one)).toEqual([`asked_total ${count + 1}`, 'running 7']);
  other.ends();
  one.says({ kind: 'metrics wanted', question: 3 });
  answers(one, 5);
  expect(await pageFor(one)).toEqual([`asked_total ${count + 1}`, 'running 5']);
});
