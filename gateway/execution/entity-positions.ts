/**
 * Where in the client's response the entities of a fetch stand. The engine passes a fetch the representations
 * alone; it skips entities that are null, of another type or incomplete, so an index among the representations is
 * not an index among the entities. Here each representation finds its entity again. Pure; knows no errors.
 */

import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { Path } from '../upstream/subgraph-error.ts';

interface Position {
  readonly path: Path;
  readonly entity: JsonObject;
}

/** The path of each representation's entity, in order; undefined where none fits. `@` in `at` stands for a list. */
export function positionsOf(
  representations: readonly JsonObject[],
  response: JsonObject,
  at: readonly string[],
): readonly (Path | undefined)[] {
  const entities = entitiesAt(response, at, []);
  let next = 0;
  return representations.map((representation) => {
    // An interface that a subgraph treats as an object (@interfaceObject) stands in place of the entity's own type.
    const found =
      findFrom(entities, next, representation, true) ?? findFrom(entities, next, representation, false);
    // Both lists have the same order, so an entity before the last match is never needed again.
    if (found !== undefined) next = found + 1;
    return found === undefined ? undefined : entities[found]?.path;
  });
}

function findFrom(
  entities: readonly Position[],
  start: number,
  representation: JsonObject,
  sameType: boolean,
): number | undefined {
  for (let index = start; index < entities.length; index += 1) {
    const entity = entities[index]?.entity;
    if (entity !== undefined && fits(representation, entity, sameType)) return index;
  }
  return undefined;
}

/** The paths of all objects that `at` leads to. */
export function pathsAt(response: JsonObject, at: readonly string[]): readonly Path[] {
  return entitiesAt(response, at, []).map(({ path }) => path);
}

function entitiesAt(value: unknown, at: readonly string[], path: Path): readonly Position[] {
  const [head, ...rest] = at;
  if (head === undefined) return isRecord(value) ? [{ path, entity: value }] : listEntities(value, path);
  if (head === '@') {
    return Array.isArray(value)
      ? value.flatMap((item, index) => entitiesAt(item, rest, [...path, index]))
      : [];
  }
  return isRecord(value) && Object.hasOwn(value, head) ? entitiesAt(value[head], rest, [...path, head]) : [];
}

function listEntities(value: unknown, path: Path): readonly Position[] {
  return Array.isArray(value) ? value.flatMap((item, index) => entitiesAt(item, [], [...path, index])) : [];
}

/** A representation is cut from its entity, so all that it holds is also there. */
function fits(representation: JsonObject, entity: JsonObject, sameType: boolean): boolean {
  return Object.entries(representation).every(
    ([key, value]) => (key === '__typename' && !sameType) || isPartOf(value, entity[key]),
  );
}

function isPartOf(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part)) {
    return (
      Array.isArray(whole) &&
      part.length === whole.length &&
      part.every((item, index) => isPartOf(item, whole[index]))
    );
  }
  if (!isRecord(part)) return part === whole;
  return isRecord(whole) && Object.entries(part).every(([key, value]) => isPartOf(value, whole[key]));
}
