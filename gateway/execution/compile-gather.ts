/**
 * The same as `gatherEntities` for one path, as code that is generated once the path has proven to be in use: each step
 * reads one name, which V8 then finds at once. Names reach the code as JSON strings alone. Knows no schema.
 */

import { gatherEntities } from './gather-entities.ts';
import type { Data } from './own-property.ts';

export type Gather = (root: Data) => readonly Data[];

/** Most operations that are planned are run once; code for those would cost more than it saves. */
const USES_BEFORE = 2;

export function compileGather(path: readonly string[]): Gather {
  let uses = 0;
  let gather: Gather = (root) => {
    uses += 1;
    if (uses > USES_BEFORE) gather = generate(path) ?? ((again) => gatherEntities(again, path));
    return gatherEntities(root, path);
  };
  return (root) => gather(root);
}

/** Undefined where the process may not generate code. */
function generate(path: readonly string[]): Gather | undefined {
  const functions = [...path, undefined].map((step, depth) => stepFunction(step, depth));
  const source = `'use strict';
${functions.join('\n')}
return (root) => { const found = []; step0(root, found, new Set()); return found; };`;
  try {
    // Reason for the cast: the source above says what the function takes and gives.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- names are quoted and values never reach the code
    const make = new Function(source) as () => Gather;
    return make();
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

function stepFunction(step: string | undefined, depth: number): string {
  const ofItems = step === '@' ? depth + 1 : depth;
  return `function step${depth}(value, found, lists) {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) { ${ofObject(step, depth)} return; }
  if (lists.has(value)) return;
  lists.add(value);
  for (let index = 0; index < value.length; index += 1) step${ofItems}(value[index], found, lists);
}`;
}

function ofObject(step: string | undefined, depth: number): string {
  if (step === undefined) return 'found.push(value);';
  if (step === '@') return '';
  const name = JSON.stringify(step);
  // Only what stands in the object itself counts, whatever its prototype has under that name.
  const own =
    step in Object.prototype
      ? `Object.hasOwn(value, ${name}) ? value[${name}] : undefined`
      : `value[${name}]`;
  return `step${depth + 1}(${own}, found, lists);`;
}
