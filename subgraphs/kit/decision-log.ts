/**
 * The decision log of a subgraph: an append-only file of JSON lines in the order of the decisions, chained by
 * `decision-chain.ts` across restarts. One process writes one file. Knows no rule and no request.
 */

import { open, type FileHandle } from 'node:fs/promises';

import { chainLine, hashOfLine, NO_LINE, sha256, type DecisionFacts } from './decision-chain.ts';

export interface DecisionLog {
  /** Written soon, and in this order. */
  readonly append: (entries: readonly Omit<DecisionFacts, 'time'>[]) => void;
  /** Resolves when all that was appended is in the file. */
  readonly close: () => Promise<void>;
}

export interface DecisionLogOptions {
  readonly file: string;
  readonly nowMs: () => number;
  /** Lines that could not be written are kept and tried again with the next. */
  readonly onProblem: (problem: unknown) => void;
}

const TAIL_BYTES = 64 * 1024;

/** Throws when the file cannot be written, or ends in a line that is not of this log. */
export async function openDecisionLog(options: DecisionLogOptions): Promise<DecisionLog> {
  const { file, nowMs, onProblem } = options;
  // Read beside append, for the last line. Whom each line is about is nobody else's business.
  const handle = await open(file, 'a+', 0o600);
  const timeNow = () => new Date(nowMs()).toISOString();
  const start = await findEnd(handle, file);
  let { newest } = start;
  let waiting = Buffer.alloc(0);
  let writing: Promise<void> | undefined;
  const add = (text: string) => {
    waiting = Buffer.concat([waiting, Buffer.from(text)]);
  };
  const chain = (facts: Parameters<typeof chainLine>[1]) => {
    const line = chainLine(newest, facts);
    newest = line.hash;
    add(`${line.text}\n`);
  };
  const write = async () => {
    try {
      while (waiting.length > 0) {
        const { bytesWritten } = await handle.write(waiting);
        waiting = waiting.subarray(bytesWritten);
      }
    } catch (problem) {
      onProblem(problem);
    }
  };
  const flush = () => (writing ??= write().finally(() => (writing = undefined)));
  if (start.endsMidLine) add('\n');
  if (start.torn !== undefined) chain({ time: timeNow(), torn: sha256(start.torn) });
  await flush();
  return {
    append: (entries) => {
      for (const entry of entries) chain({ time: timeNow(), ...entry });
      void flush();
    },
    close: async () => {
      await flush();
      await flush();
      await handle.close();
    },
  };
}

interface End {
  readonly newest: string;
  readonly endsMidLine: boolean;
  /** What a killed process left of its last line. */
  readonly torn?: string;
}

async function findEnd(handle: FileHandle, file: string): Promise<End> {
  const { size } = await handle.stat();
  const length = Math.min(size, TAIL_BYTES);
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  const [rest = '', last] = buffer.toString('utf8').split('\n').reverse();
  const ofRest = hashOfLine(rest);
  if (ofRest !== undefined) return { newest: ofRest, endsMidLine: true };
  const isFirst = last === undefined && size === length;
  const newest = isFirst ? NO_LINE : hashOfLine(last ?? '');
  if (newest === undefined) {
    await handle.close();
    throw new Error(
      `the decision log ${file} does not end in a line of its own; move it away and look into it`,
    );
  }
  return rest === '' ? { newest, endsMidLine: false } : { newest, endsMidLine: true, torn: rest };
}
