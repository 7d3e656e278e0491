/**
 * Where a process writes its log: text onto standard output, at once and whole. What cannot be written, as on a full
 * disk or to a reader that has gone, is lost and counted, and whoever asks the process is no worse off for it: the
 * libraries' own outputs end the process then, or wait for ever. Knows no line.
 */

import { writeSync } from 'node:fs';

export interface LogOutput {
  /** Whole lines. Never throws; waits for a reader that is only slow. */
  readonly write: (text: string) => void;
}

export interface Outlets {
  /** Gives how many bytes were taken; throws as `fs.writeSync` does. */
  readonly log: (bytes: Buffer) => number;
  /** For a person, where there is no log. */
  readonly complaints: (bytes: Buffer) => number;
}

const STANDARD: Outlets = {
  log: (bytes) => writeSync(1, bytes),
  complaints: (bytes) => writeSync(2, bytes),
};

/** Of a reader that takes nothing now (EAGAIN). */
const SLOW_MS = 20;

/** `lineOfLost` is what to log first when it can be written again. */
export function logOutput(lineOfLost: (lines: number) => string, outlets = STANDARD): LogOutput {
  let lostLines = 0;
  return {
    write(text) {
      try {
        // What came through last may be a piece of a line.
        if (lostLines > 0) writeWhole(`\n${lineOfLost(lostLines)}`, outlets.log);
        lostLines = 0;
        writeWhole(text, outlets.log);
      } catch (error) {
        if (lostLines === 0) complain(error, outlets.complaints);
        lostLines += text.split('\n').length - 1;
      }
    },
  };
}

function writeWhole(text: string, writeSome: (bytes: Buffer) => number): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSome(rest));
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_MS);
    }
  }
}

function complain(error: unknown, writeSome: (bytes: Buffer) => number): void {
  try {
    writeSome(
      Buffer.from(`The log cannot be written (${codeOf(error)}); its lines are lost until it can.\n`),
    );
  } catch {
    // There is nobody left to tell; the line that counts what was lost says so later.
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
