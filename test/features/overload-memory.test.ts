/**
 * The memory of a gateway that is asked twice as much as its limits admit, as a process of its own: what is too much
 * is turned away instead of kept.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CHILD_ENVIRONMENT } from '../kit/child-environment.ts';
import { honest, scripted, serve } from '../kit/fake-subgraph.ts';
import { composed, postOf } from '../kit/start-gateway.ts';

const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');
const MAIN = join(import.meta.dirname, '../../gateway/main.ts');
const MEBIBYTE = 1024 * 1024;

/** What is at work or waits at most. */
const ADMITTED = 40;
const OPTIONS = `
supergraph: { file: supergraph.graphql }
server: { port: 0, maxRequests: 20, maxWaiting: 20 }
log: { level: silent }`;
/** 200 KB: what is kept of a few hundred answers would show. */
const TEXTS = Array.from({ length: 200 }, (_unused, index) => String(index).padEnd(1_000, 'x'));
const ANSWER = { data: { texts: TEXTS } };
const BIG = scripted(honest('shop', 'type Query { texts: [String!] }', {}), () => ANSWER);

/** By status, of so many requests, so many at a time. */
async function load(
  url: string,
  requests: number,
  atATime: number,
): Promise<Readonly<Record<number, number>>> {
  const counts: Record<number, number> = {};
  let left = requests;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      const response = await fetch(`${url}/graphql`, postOf('{ texts }'));
      await response.arrayBuffer();
      counts[response.status] = (counts[response.status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atATime }, client));
  return counts;
}

function highestRssBytes(pid: number | undefined): number {
  const kilobytes = /^VmHWM:\s+(?<kilobytes>\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kilobytes?.groups?.['kilobytes']) * 1024;
}

test('twice as much as it admits makes it no larger, and the rest is answered 503', async () => {
  const shop = await serve(BIG);
  const folder = mkdtempSync(join(tmpdir(), 'tributary-overload-'));
  writeFileSync(join(folder, 'supergraph.graphql'), composed([shop]));
  writeFileSync(join(folder, 'gateway.yaml'), OPTIONS);
  const child = spawn(NODE, ['--max-old-space-size=384', MAIN, '--config', join(folder, 'gateway.yaml')], {
    env: CHILD_ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [{ url }] = await once(child, 'message');
  const atTheLimit = await load(url, 200, ADMITTED);
  const rssAtTheLimit = highestRssBytes(child.pid);
  const beyond = await load(url, 800, 2 * ADMITTED);
  const grownBytes = highestRssBytes(child.pid) - rssAtTheLimit;
  const afterwards = await load(url, 10, 1);
  child.kill('SIGTERM');
  await exited;
  await shop.stop();
  rmSync(folder, { recursive: true });
  const { 200: answered = 0, 503: shed = 0, ...others } = beyond;
  expect([atTheLimit, afterwards, others, answered + shed]).toEqual([{ 200: 200 }, { 200: 10 }, {}, 800]);
  expect([answered > 0, shed > 0]).toEqual([true, true]);
  // A hundred kept answers would be 20 MB as text and as much again as values; less is what a heap needs to breathe.
  expect(grownBytes).toBeLessThan(64 * MEBIBYTE);
});
