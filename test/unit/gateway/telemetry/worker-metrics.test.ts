/**
 * The page of several workers while one of them ends. The workers are stand-ins whose channel behaves like Node's: what
 * cannot be sent is told to a callback, and without one it is an error that nobody listens for.
 */

import cluster, { type Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';

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
    // Reason for the cast: of a worker nothing else is used.
    cluster.emit('message', this as unknown as Worker, message, undefined);
  }

  ends(): void {
    cluster.emit('exit', this as unknown as Worker, null, 'SIGKILL');
  }
}

function listening(): StandIn {
  const worker = new StandIn();
  worker.says({ kind: 'listening' });
  return worker;
}

const counted = (value: number) => [
  {
    name: 'asked_total',
    help: 'Asked.',
    type: 'counter',
    aggregator: 'sum',
    values: [{ value, labels: {} }],
  },
];

beforeAll(() => addUpMetrics());

test('a worker that is gone before its end is heard of breaks nothing, and is waited for no longer than that', async () => {
  const [one, other] = [listening(), listening()];
  other.isGone = true;
  one.says({ kind: 'metrics wanted', question: 7 });
  const [{ number } = {}] = one.received;
  one.says({ kind: 'metrics collected', number, metrics: counted(3) });
  other.ends();
  await new Promise(setImmediate);
  expect(one.received[1]).toMatchObject({ kind: 'metrics added up', question: 7 });
  expect(one.received[1]?.text).toContain('asked_total 3');
});
