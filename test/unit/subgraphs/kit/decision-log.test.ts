/**
 * A decision log shows whatever happens to its lines, goes on over restarts, and survives a process that is killed
 * while it writes. And the command that checks it says so.
 */

import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { NO_LINE, verifyChain } from '../../../../subgraphs/kit/decision-chain.ts';
import { openDecisionLog } from '../../../../subgraphs/kit/decision-log.ts';
import { verifyLog } from '../../../../tools/access-log.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'decision-log-'));
  file = path.join(folder, 'crm.jsonl');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const NOW = Date.UTC(2026, 2, 31, 14, 5);
const entry = (field: string) => ({
  subject: 'ada',
  requestId: 'r1',
  field,
  rule: 'holds notes:read',
  verdict: 'denied' as const,
  policy: 'p',
});

test('each line tells one decision and the hash of the line before', async () => {
  await write(['A.a', 'A.b']);
  const [first, second] = (await readLines()).map((line) => JSON.parse(line));
  const time = '2026-03-31T14:05:00.000Z';
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(first).toEqual({ previous: NO_LINE, time, ...entry('A.a'), hash });
  expect(second).toEqual({ previous: first.hash, time, ...entry('A.b'), hash });
});

test('the chain goes on over restarts, in the order of the decisions', async () => {
  await write(['A.a', 'A.b']);
  await write([]);
  await write(['A.c']);
  const lines = await readLines();
  expect(lines.map((line) => JSON.parse(line).field)).toEqual(['A.a', 'A.b', 'A.c']);
  expect(await verifyChain(lines)).toEqual({
    kind: 'whole',
    lines: 3,
    newest: JSON.parse(lines[2] ?? '').hash,
  });
});

test('thousands of lines that are appended at once stand in order', async () => {
  const fields = Array.from({ length: 3000 }, (_, index) => `T.f${index}`);
  await write(fields);
  const lines = await readLines();
  expect(lines.map((line) => JSON.parse(line).field)).toEqual(fields);
  expect(await verifyChain(lines)).toMatchObject({ kind: 'whole', lines: 3000 });
});

const MISPLACED = 'the line does not follow the one before: a line is missing, was put in or was moved';
const CHANGED = 'the line does not have its own hash: it was changed or is not whole';

test.each<[string, (lines: string[]) => string[], number, string]>([
  [
    'a line that was changed',
    ([a = '', b = '', c = '']) => [a, b.replace('denied', 'allowed'), c],
    2,
    CHANGED,
  ],
  ['a first line that was removed', ([, b = '', c = '']) => [b, c], 1, MISPLACED],
  ['a line that was removed from the midst', ([a = '', , c = '']) => [a, c], 2, MISPLACED],
  ['a line that was written twice', ([a = '', b = '', c = '']) => [a, b, b, c], 3, MISPLACED],
  ['lines that changed places', ([a = '', b = '', c = '']) => [a, c, b], 2, MISPLACED],
  ['a last line that is cut', ([a = '', b = '', c = '']) => [a, b, c.slice(0, -9)], 3, CHANGED],
  ['an empty line', ([a = '', b = '', c = '']) => [a, '', b, c], 2, CHANGED],
])('%s shows, and where', async (_what, tamper, line, because) => {
  await write(['A.a', 'A.b', 'A.c']);
  await writeFile(file, `${tamper(await readLines()).join('\n')}\n`);
  expect(await verifyChain(await readLines())).toEqual({ kind: 'broken', line, because });
  await expect(verifyLog(['verify', file])).rejects.toThrow(`${file} is broken at line ${line}: ${because}.`);
});

test('a line that a killed process left unfinished is said to be so, and the chain goes on', async () => {
  await write(['A.a', 'A.b']);
  await appendFile(file, '{"previous":"12');
  await write(['A.c']);
  const lines = await readLines();
  expect(lines).toHaveLength(5);
  expect(await verifyChain(lines)).toMatchObject({ kind: 'whole', lines: 5 });
  // But not if somebody changes what is left of it.
  expect(
    await verifyChain(lines.map((line) => line.replace('{"previous":"12', '{"previous":"34'))),
  ).toMatchObject({
    kind: 'broken',
  });
});

test('a line that lacks nothing but its line break is whole', async () => {
  await write(['A.a']);
  await writeFile(file, (await readFile(file, 'utf8')).trimEnd());
  await write(['A.b']);
  expect(await verifyChain(await readLines())).toMatchObject({ kind: 'whole', lines: 2 });
});

test('a file that is no decision log is not written on', async () => {
  await writeFile(file, 'something else\n');
  await expect(openDecisionLog({ file, nowMs: () => NOW, onProblem: () => undefined })).rejects.toThrow(
    `the decision log ${file} does not end in a line of its own; move it away and look into it`,
  );
  expect(await readFile(file, 'utf8')).toBe('something else\n');
});

test('the command says what is whole, and notices an end that was cut off by a hash that was noted', async () => {
  await write(['A.a', 'A.b']);
  const [first = '', second = ''] = await readLines();
  const { hash } = JSON.parse(second);
  expect(await verifyLog(['verify', file])).toBe(
    `${file} is whole: 2 lines. Note the newest hash elsewhere, to see that none goes missing at the end: ${hash}`,
  );
  await expect(verifyLog(['verify', file, '--contains', hash])).resolves.toContain('is whole: 2 lines');
  await writeFile(file, `${first}\n`);
  await expect(verifyLog(['verify', file, '--contains', hash])).rejects.toThrow(
    `${file} has no line with the hash ${hash}: its end was cut off, or it was written anew.`,
  );
});

test.each([[[]], [['check', 'x']], [['verify']], [['verify', 'a', 'b']]])(
  '%j is answered with the usage',
  async (args) => {
    await expect(verifyLog(args)).rejects.toThrow(
      'Usage: npm run access:log -- verify <file> [--contains <hash>]',
    );
  },
);

async function write(fields: readonly string[]): Promise<void> {
  const problems: unknown[] = [];
  const log = await openDecisionLog({
    file,
    nowMs: () => NOW,
    onProblem: (problem) => problems.push(problem),
  });
  for (const field of fields) log.append([entry(field)]);
  await log.close();
  expect(problems).toEqual([]);
}

async function readLines(): Promise<string[]> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n');
}
