/**
 * The process that plans does not outlive the gateway that has started it, however that ends.
 */

import { readdirSync, readFileSync, writeFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventually } from '../kit/eventually.ts';
import { serve, type ServedSubgraph } from '../kit/fake-subgraph.ts';
import { bomb, tree } from '../kit/planning-bomb.ts';
import { startProcess } from '../kit/real-process.ts';
import { composed, postOf } from '../kit/start-gateway.ts';

let folder: string;
let subgraph: ServedSubgraph;

beforeAll(async () => {
  subgraph = await serve(tree);
  folder = mkdtempSync(join(tmpdir(), 'tributary-planner-'));
  writeFileSync(join(folder, 'supergraph.graphql'), composed([subgraph]));
  const lines = [
    'supergraph: { file: supergraph.graphql }',
    'limits: { maxFields: 1000000000000, maxCost: 1000000000000, maxDepth: 50 }',
    'planning: { timeoutMs: 600000, maxHeapMb: 4000 }',
  ];
  writeFileSync(join(folder, 'gateway.yaml'), lines.join('\n'));
});

afterAll(async () => {
  await subgraph.stop();
  rmSync(folder, { recursive: true });
});

/** Of Linux (proc_pid_stat(5)); what has ended and is not yet waited for does not count. */
function childrenOf(parent: number | undefined): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    const [state, parentOf] = statOf(name);
    return state !== undefined && state !== 'Z' && Number(parentOf) === parent ? [Number(name)] : [];
  });
}

function statOf(pid: string | number): readonly string[] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Where user time stands after the name, in hundredths of a second. */
const UTIME = 11;

const isRunning = (pid: number) => !['Z', undefined].includes(statOf(pid)[0]);

test.each(['SIGKILL', 'SIGTERM'] as const)('ended by %s while an operation is planned', async (signal) => {
  const gateway = await startProcess({
    file: 'gateway/main.ts',
    flags: ['--config', join(folder, 'gateway.yaml'), '--port', '0'],
  });
  const planners = childrenOf(gateway.child.pid);
  expect(planners).toHaveLength(1);
  const cancelled = new AbortController();
  const asked = fetch(`${gateway.url}/graphql`, { ...postOf(bomb(18)), signal: cancelled.signal }).catch(
    (error: unknown) => error,
  );
  // It is at work, and not only asked.
  await eventually(() => Number(statOf(planners[0]!)[UTIME]) > 50, 'planning');
  gateway.child.kill(signal);
  cancelled.abort();
  await asked;
  if (gateway.child.exitCode === null && gateway.child.signalCode === null) await once(gateway.child, 'exit');
  await eventually(() => !planners.some(isRunning), 'the end of the process');
});

test('what ends the whole group of processes leaves it to the gateway when it ends', async () => {
  const gateway = await startProcess({
    file: 'gateway/main.ts',
    flags: ['--config', join(folder, 'gateway.yaml'), '--port', '0'],
  });
  const planners = childrenOf(gateway.child.pid);
  const [planner = 0] = planners;
  const workBefore = Number(statOf(planner)[UTIME]);
  const asked = fetch(`${gateway.url}/graphql`, postOf(bomb(8)));
  await eventually(() => Number(statOf(planner)[UTIME]) > workBefore, 'planning');
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(planner, signal);
  const { status } = await asked;
  const other = await fetch(`${gateway.url}/graphql`, postOf('{ __typename }'));
  expect([status, other.status, childrenOf(gateway.child.pid)]).toEqual([200, 200, planners]);
  expect(await gateway.stop()).toEqual([0, null]);
});

test('an operation with which it has ended is planned once more, and refused only then', async () => {
  const gateway = await startProcess({
    file: 'gateway/main.ts',
    flags: ['--config', join(folder, 'gateway.yaml'), '--port', '0'],
  });
  const ask = (query: string) => fetch(`${gateway.url}/graphql`, postOf(query));
  const endWhileItPlans = async () => {
    const [planner = 0] = childrenOf(gateway.child.pid);
    const workBefore = Number(statOf(planner)[UTIME]);
    await eventually(() => Number(statOf(planner)[UTIME]) > workBefore + 10, 'planning');
    process.kill(planner, 'SIGKILL');
    await eventually(() => !isRunning(planner), 'its end');
    await eventually(() => childrenOf(gateway.child.pid).length === 1, 'another one');
  };
  const short = ask(bomb(12));
  await endWhileItPlans();
  const { status } = await short;
  const long = ask(bomb(18));
  await endWhileItPlans();
  await endWhileItPlans();
  const refused = await long;
  expect([status, refused.status, await refused.json()]).toEqual([
    200,
    500,
    { errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'INTERNAL' }) })] },
  ]);
  expect(await gateway.stop()).toEqual([0, null]);
  expect(gateway.logged().filter(({ reason }) => reason === 'crash')).toHaveLength(3);
  const failed = gateway.logged().filter(({ msg }) => msg === 'request failed inside the gateway');
  expect(failed.map(({ cause }) => cause)).toEqual([
    expect.stringContaining('because of Error: the planning process has ended'),
  ]);
});

test('one that the system ends while it starts does not cost a good supergraph', async () => {
  const file = join(folder, 'watched.graphql');
  const sdl = composed([subgraph]);
  writeFileSync(file, sdl);
  writeFileSync(join(folder, 'watched.yaml'), 'supergraph: { file: watched.graphql, watch: true }');
  const gateway = await startProcess({
    file: 'gateway/main.ts',
    flags: ['--config', join(folder, 'watched.yaml'), '--port', '0'],
  });
  const [first] = childrenOf(gateway.child.pid);
  const next = () => childrenOf(gateway.child.pid).find((pid) => pid !== first);
  writeFileSync(`${file}.new`, `${sdl}# another`);
  renameSync(`${file}.new`, file);
  await eventually(() => next() !== undefined, 'a process for the new one');
  process.kill(next()!, 'SIGKILL');
  const said = () =>
    gateway.logged().flatMap(({ msg }) => (String(msg).startsWith('supergraph ') ? [msg] : []));
  await eventually(() => said().length > 0, 'what becomes of it');
  expect(said()).toEqual(['supergraph taken over']);
  expect(await gateway.stop()).toEqual([0, null]);
});
