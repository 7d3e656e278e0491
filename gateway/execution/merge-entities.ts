/**
 * Puts the entities that a fetch gave into the objects that they were asked for. Knows no transport.
 */

import { isRecord } from '../base/is-record.ts';
import { copyOfObject } from './copy-of.ts';
import { generate, generatedInUse, isInherited } from './generate-code.ts';
import { mergeData, mergeField, mergeIntoAll } from './merge-data.ts';
import type { Data } from './own-property.ts';
import type { DropUnasked, EntityKey } from './unasked-keys.ts';

export interface MergingParts {
  readonly interfaces: ReadonlySet<string>;
  /** Whether the places of one entity may come to differ below, so that none may share what another got. */
  readonly copies: boolean;
  /** Undefined where nobody else writes at its places. */
  readonly dropUnasked: DropUnasked | undefined;
  /** Changes the entities as the plan says. */
  readonly rewrite: ((entities: readonly unknown[]) => void) | undefined;
  /** What is asked of them where all are of one type, which is no interface; undefined where they may not be. */
  readonly keys: () => readonly EntityKey[] | undefined;
}

/** Changes both in place; gives the indexes of the targets for which there is no entity. */
export type MergeEntities = (
  targets: readonly (readonly Data[])[],
  entities: readonly unknown[],
) => readonly number[];

export function compileMergeEntities(parts: MergingParts): MergeEntities {
  return generatedInUse(
    (targets, entities) => mergeEntities(parts, targets, entities),
    () => generateMerge(parts),
  );
}

function mergeEntities(
  parts: MergingParts,
  targets: readonly (readonly Data[])[],
  entities: readonly unknown[],
): readonly number[] {
  const { dropUnasked, rewrite } = parts;
  if (dropUnasked !== undefined) dropFromEntities(dropUnasked, entities, targets);
  rewrite?.(entities);
  const unanswered: number[] = [];
  for (let index = 0; index < targets.length; index += 1) {
    const entity = entities[index];
    if (isRecord(entity)) mergeEntity(targets[index] ?? [], entity, parts);
    else unanswered.push(index);
  }
  return unanswered;
}

/** What an entity is, those know best that had it before. */
function dropFromEntities(
  drop: DropUnasked,
  entities: readonly unknown[],
  targets: readonly (readonly Data[])[],
): void {
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (isRecord(entity)) drop(entity, targets[index]?.[0]?.['__typename']);
  }
}

/**
 * An entity keeps the type name that it has, unless that is an interface's: only a subgraph that treats the interface
 * as an object (@interfaceObject) knows no better.
 */
function mergeEntity(targets: readonly Data[], entity: Data, { copies, interfaces }: MergingParts): void {
  if (!copies && !Object.hasOwn(entity, '__typename')) {
    mergeIntoAll(targets, entity, interfaces);
    return;
  }
  for (const target of targets) {
    const { __typename: typeName } = target;
    mergeData(target, copies ? copyOfObject(entity) : entity, interfaces);
    if (target['__typename'] === typeName) continue;
    if (typeof typeName === 'string' && !interfaces.has(typeName)) target['__typename'] = typeName;
  }
}

/**
 * The same for what is asked of entities of one type, which keep its name. What else a subgraph gives nobody reads.
 * Undefined where it cannot be generated.
 */
function generateMerge({
  copies,
  rewrite,
  interfaces,
  keys: keysOf,
}: MergingParts): MergeEntities | undefined {
  const keys = copies || rewrite !== undefined ? undefined : keysOf();
  if (keys === undefined || keys.some(({ key }) => isInherited(key))) return undefined;
  const drops = keys.map(({ drop }) => drop);
  const source = `return (targets, entities) => {
  const unanswered = [];
  for (let index = 0; index < targets.length; index += 1) {
    const entity = entities[index];
    if (!isRecord(entity)) { unanswered.push(index); continue; }
    const group = targets[index];
    ${keys.map(mergeCode).join('\n    ')}
  }
  return unanswered;
};`;
  // Reason for the cast: the source says what the function takes and gives.
  return generate(source, { isRecord, mergeField, drops, interfaces }) as MergeEntities | undefined;
}

function mergeCode({ key, drop }: EntityKey, index: number): string {
  const [name, local] = [JSON.stringify(key), `v${index}`];
  const dropped = drop === undefined ? '' : `drops[${index}](${local}); `;
  return `const ${local} = entity[${name}];
    if (${local} !== undefined) { ${dropped}for (let at = 0; at < group.length; at += 1) {
      const target = group[at];
      if (target[${name}] === undefined) target[${name}] = ${local};
      else mergeField(target, ${name}, { given: ${local}, interfaces });
    } }`;
}
