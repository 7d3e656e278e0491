/**
 * What is made of files is made anew when one of them changes, and stays where the change cannot be used.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { followFiles, type Followed } from '../../../schema/contract/follow-files.ts';

let folder: string;
let file: string;
let nowMs: number;
let reads: number;
let news: unknown[];
let followed: Followed<{ readonly text: string }>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-follow-'));
  file = join(folder, 'file');
  writeFileSync(file, 'one');
  [nowMs, reads, news] = [0, 0, []];
  followed = followFiles({
    files: [file],
    read: () => {
      reads += 1;
      const text = readFileSync(file, 'utf8');
      if (text.startsWith('bad')) throw new Error(text);
      return { text };
    },
    onChange: (problem) => news.push(problem === undefined ? 'taken over' : 'refused'),
    nowMs: () => nowMs,
  });
});

afterEach(() => rmSync(folder, { recursive: true }));

test('a change is seen a second later, and at once by who misses something', () => {
  const first = followed.current();
  writeFileSync(file, 'two!');
  nowMs += 999;
  expect(followed.current()).toBe(first);
  expect(followed.latest().text).toBe('two!');
  writeFileSync(file, 'three');
  nowMs += 1_000;
  expect([followed.current().text, news]).toEqual(['three', ['taken over', 'taken over']]);
});

test('a file that does not change is read once and gives the same value', () => {
  const first = followed.current();
  nowMs += 5_000;
  expect([followed.current() === first, followed.latest() === first, reads]).toEqual([true, true, 1]);
});

test('what cannot be used is told once and the last good value stays, until the file is right again', () => {
  writeFileSync(file, 'bad');
  expect([followed.latest().text, followed.latest().text, reads]).toEqual(['one', 'one', 2]);
  rmSync(file);
  expect(followed.latest().text).toBe('one');
  writeFileSync(file, 'right');
  expect(followed.latest().text).toBe('right');
  expect(news).toEqual(['refused', 'refused', 'taken over']);
});

test('what cannot be read at the start is an error at the start', () => {
  const read = () => readFileSync(join(folder, 'missing'), 'utf8');
  const missing = { files: [join(folder, 'missing')], read, onChange: () => undefined, nowMs: () => nowMs };
  expect(() => followFiles(missing)).toThrow('ENOENT');
});
