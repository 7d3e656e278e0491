/**
 * The access matrix as it is committed: a line for each field with one word for each asker. Knows how it is written as
 * JSON and which verdict gives more than another; not how it was found.
 */

import type { SystemName } from '../../schema/ownership.ts';
import type { Asker } from './asker.ts';

/**
 * From the least to the most. `unreachable`: the rule would let in, but every way there is refused. `conditional`:
 * what is theirs, and nothing of others.
 */
export const VERDICTS = ['deny', 'unreachable', 'conditional', 'allow'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface MatrixLine {
  readonly system: SystemName;
  readonly owner: string;
  /** `Type.field`. */
  readonly field: string;
  readonly rule: string;
  readonly why: string;
  /** How a conditional cell treats what belongs to others. */
  readonly others?: 'refused' | 'not found';
  readonly cells: Readonly<Record<Asker, Verdict>>;
}

export interface AccessMatrix {
  /** By system: the hash of its permissions, `hashPermissions`. */
  readonly policies: Readonly<Record<string, string>>;
  readonly lines: readonly MatrixLine[];
}

const MADE_BY = 'npm run access:matrix; do not edit';

/** One line of text for each field, so that a difference can be read. */
export function printMatrix({ policies, lines }: AccessMatrix): string {
  const texts = lines.map((line) => `    ${JSON.stringify(line)}`);
  const head = `  "madeBy": ${JSON.stringify(MADE_BY)},\n  "policies": ${JSON.stringify(policies)},\n`;
  return `{\n${head}  "lines": [\n${texts.join(',\n')}\n  ]\n}\n`;
}

/** Throws where the text is no JSON. */
export function parseMatrix(text: string): AccessMatrix {
  // Reason for the cast: our own file; one that was edited shows as stale.
  return JSON.parse(text) as AccessMatrix;
}

export function rankOf(verdict: Verdict | undefined): number {
  return verdict === undefined ? -1 : VERDICTS.indexOf(verdict);
}

/** `crm Customer.email`: a field may be guarded by several systems. */
export function nameOfLine({ system, field }: Pick<MatrixLine, 'system' | 'field'>): string {
  return `${system} ${field}`;
}
