/**
 * The same as `gatherEntities` for one path, as code that is generated once the path has proven to be in use. Knows no
 * schema.
 */

import { isTypeStep, typesMeant } from '../planning/typed-paths.ts';
import { generate, generatedInUse, readCode } from './generate-code.ts';
import { gatherEntities, MOST_LISTS } from './gather-entities.ts';
import type { Data } from './own-property.ts';

export type Gather = (root: Data) => readonly Data[];

export function compileGather(path: readonly string[]): Gather {
  return generatedInUse(
    (root) => gatherEntities(root, path),
    // Reason for the cast: the source says what the function takes and gives.
    () => generate(sourceFor(path)) as Gather | undefined,
  );
}

function sourceFor(path: readonly string[]): string {
  const functions = [...path, undefined].map((step, depth) => stepFunction(step, depth));
  return `${functions.join('\n')}
return (root) => { const found = []; step0(root, found, new Set(), 0); return found; };`;
}

function stepFunction(step: string | undefined, depth: number): string {
  const ofItems = step === '@' ? depth + 1 : depth;
  return `function step${depth}(value, found, lists, within) {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) { ${ofObject(step, depth)} return; }
  if (within === ${MOST_LISTS} || lists.has(value)) return;
  lists.add(value);
  for (let index = 0; index < value.length; index += 1) step${ofItems}(value[index], found, lists, within + 1);
}`;
}

function ofObject(step: string | undefined, depth: number): string {
  if (step === undefined) return 'found.push(value);';
  if (step === '@') return '';
  if (isTypeStep(step)) {
    const isOther = typesMeant(step).map((type) => `typeName !== ${JSON.stringify(type)}`);
    return `const { __typename: typeName } = value;
    if (typeof typeName === 'string' && ${isOther.join(' && ')}) return;
    step${depth + 1}(value, found, lists, 0);`;
  }
  return `step${depth + 1}(${readCode('value', step)}, found, lists, 0);`;
}
