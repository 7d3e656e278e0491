/**
 * The errors of a run of which something failed: every fetch is looked at again, what it left null is put at the
 * places in the client's answer, and every null there is explained. Knows no transport.
 */

import type { GraphQLSchema } from 'graphql';

import type { Path } from '../upstream/subgraph-error.ts';
import { couldBe } from './check-shape.ts';
import { outcomeOf } from './compile-fetch.ts';
import { explainNulls, type AnswerParts } from './explain-nulls.ts';
import { createJournal, pathName, type FetchJournal, type FieldFailure } from './fetch-journal.ts';
import { placeAbove, placesOfEntities } from './gather-entities.ts';
import type { FetchRecord, PlanRun } from './plan-run.ts';

export function explainFailures(
  run: PlanRun,
  answer: Omit<AnswerParts, 'raw' | 'couldBe'> & { readonly schema: GraphQLSchema },
): readonly FieldFailure[] {
  const journal = createJournal();
  for (const fetch of run.fetches) writeDown(fetch, run, answer.schema, journal);
  for (const missing of run.withoutContext) {
    for (const place of placesOfEntities(run.root, missing.path).get(missing.entity) ?? [])
      journal.missingContexts.set(pathName(place), placeAbove(place, missing.levels));
  }
  const isPossible = (typeName: string, condition: string) => couldBe(answer.schema, typeName, condition);
  return explainNulls({ ...answer, raw: run.root, couldBe: isPossible }, journal);
}

/** Adds to the journal what the fetch left null, at its places in the response. */
export function writeDown(
  fetch: FetchRecord,
  run: PlanRun,
  schema: GraphQLSchema,
  journal: FetchJournal,
): void {
  const { failures, unknown } = fetch.outcome ?? outcomeOf(fetch, run.variables, schema);
  if (failures.length === 0 && unknown.length === 0) return;
  const places = placesOfEntities(run.root, fetch.path);
  const placesOf = (target: number): readonly Path[] =>
    (fetch.targets[target] ?? []).flatMap((entity) => places.get(entity) ?? []);
  for (const { target, path, ...failure } of failures) {
    for (const place of placesOf(target)) journal.failures.push({ ...failure, path: [...place, ...path] });
  }
  for (const { target, path } of unknown) {
    for (const place of placesOf(target)) journal.unknownToOwner.add(pathName([...place, ...path]));
  }
}
