/**
 * `npm run access:log -- verify FILE`: whether a subgraph's decision log is as it was written. Knows what chains its
 * lines, and not what they say.
 */

import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';

import { whyUnreadable } from '../schema/contract/why-unreadable.ts';
import { hashOfLine, verifyChain } from '../subgraphs/kit/decision-chain.ts';
import { CommandRefused } from './command-refused.ts';
import { readOptions } from './read-options.ts';

const USAGE = 'npm run access:log -- verify <file> [--contains <hash>]';

export async function run(args: readonly string[]): Promise<void> {
  process.stdout.write(`${await verifyLog(args)}\n`);
}

/** @throws CommandRefused that says in which line the log is broken. */
export async function verifyLog(args: readonly string[]): Promise<string> {
  const { values, positionals } = readOptions(args, { contains: { type: 'string' } }, USAGE);
  const [verb, file, ...others] = positionals;
  if (verb !== 'verify' || file === undefined || others.length > 0)
    throw new CommandRefused(`Say what to verify. Usage: ${USAGE}`);
  await access(file).catch((problem: unknown) => {
    throw new CommandRefused(`${file} ${whyUnreadable(problem)}.`, problem);
  });
  let wanted = values.contains;
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  const report = await verifyChain(
    watching(lines, (line) => {
      if (hashOfLine(line) === wanted) wanted = undefined;
    }),
  );
  if (report.kind === 'broken')
    throw new CommandRefused(`${file} is broken at line ${report.line}: ${report.because}.`);
  if (wanted !== undefined)
    throw new CommandRefused(
      `${file} has no line with the hash ${wanted}: its end was cut off, or it was written anew.`,
    );
  const { lines: count, newest } = report;
  return `${file} is whole: ${count} lines. Note the newest hash elsewhere, to see that none goes missing at the end: ${newest}`;
}

async function* watching(
  lines: AsyncIterable<string>,
  onLine: (line: string) => void,
): AsyncGenerator<string> {
  for await (const line of lines) {
    onLine(line);
    yield line;
  }
}
