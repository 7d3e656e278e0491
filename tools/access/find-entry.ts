/**
 * Where in a `permissions.ts` a field has its entry, so that a reviewer can go there. Reads the text as it is written
 * in these files: a block for each type, fields by name or in a list.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { SystemName } from '../../schema/ownership.ts';
import { CHECKOUT } from '../state/state-folder.ts';

export interface Entry {
  /** From the root of the checkout. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
}

/** `place` is `Type.field`. Undefined where the file is written in a way that is not known here. */
export function findEntry(system: SystemName, place: string): Entry | undefined {
  const file = `subgraphs/${system}/permissions.ts`;
  const [type = '', field = ''] = place.split('.');
  const lines = readFileSync(path.join(CHECKOUT, file), 'utf8').split('\n');
  const index = lineIn(lines, type, field);
  return index === undefined ? undefined : { file, line: index + 1 };
}

function lineIn(lines: readonly string[], type: string, field: string): number | undefined {
  const starts = (pattern: RegExp) => lines.findIndex((line) => pattern.test(line));
  const block = starts(new RegExp(`^ {4,}${type}: [{[]`));
  if (block >= 0) return fieldWithin(lines, block, field);
  const node = type.replace(/(Connection|Edge)$/, '');
  const frame = starts(new RegExp(`connectionPermissions\\('${node}'\\)`));
  return frame < 0 || node === type ? undefined : frame;
}

/** The block ends where its indentation does. */
function fieldWithin(lines: readonly string[], block: number, field: string): number | undefined {
  const indent = (line: string) => line.length - line.trimStart().length;
  const depth = indent(lines[block] ?? '');
  const after = lines.findIndex(
    (line, index) => index > block && line.trim() !== '' && indent(line) <= depth,
  );
  const isNamed = new RegExp(`(^|[^\\w'])(${field}:|'${field}')`);
  const found = lines
    .slice(block, after < 0 ? lines.length : after)
    .findIndex((line, index) => isNamed.test(index === 0 ? line.replace(/^\s*\w+:/, '') : line));
  return found < 0 ? undefined : block + found;
}
