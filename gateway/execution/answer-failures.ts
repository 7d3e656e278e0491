/**
 * What a failure means where the owner of a field has said so (`@onFailure`): the last good value stands in for a
 * field, or the whole answer fails. Only what failed on our side counts; a refusal is an answer. Knows no transport.
 */

import { ERRORS } from '../../schema/contract/errors.ts';
import { clientPath } from '../planning/planned-names.ts';
import type { FailureAnswers } from '../supergraph/failure-answers.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { pathName, type FieldFailure } from './fetch-journal.ts';
import { nameOfPrincipal, type LastGood } from './last-good.ts';
import { getOwn, setOwn, valueAt } from './own-property.ts';
import type { PlanRun } from './plan-run.ts';
import { UNKNOWN_ENTITY } from './read-fetch.ts';
import { findWatched, type AskedFields, type Watched, type WatchedPlace } from './watched-fields.ts';

/** A value that is not of now, at its place in the client's answer. */
export interface StaleField {
  readonly path: Path;
  readonly ageSeconds: number;
}

/** All that a supergraph says about failures, and what its fields last gave. */
export interface FailureRules {
  readonly answers: FailureAnswers;
  readonly lastGood: LastGood;
}

export interface AnswerFailures {
  /** Whether values are kept, for which the answer must be read. */
  readonly remembers: boolean;
  /** Puts last good values in the place of those that failed, and gives the names (`pathName`) of these places. */
  readonly fillIn: (run: PlanRun, answer: FailedAnswer) => ReadonlyMap<string, StaleField>;
  /** Keeps what was given, but not what stands for a failure, nor what the schema does not allow. */
  readonly remember: (run: PlanRun, but?: NotGiven) => void;
  /** Whether a field has failed without which the answer would mislead. */
  readonly failsWhole: (run: PlanRun, data: unknown, failures: readonly FieldFailure[]) => boolean;
}

export interface FailedAnswer {
  readonly failures: readonly FieldFailure[];
  /** As the schema allows it, in the names of the plan. */
  readonly data: unknown;
}

export interface NotGiven extends FailedAnswer {
  readonly filled?: ReadonlyMap<string, StaleField>;
}

/** Undefined where the operation asks for no such field. */
export function compileFailureAnswers(
  asked: AskedFields,
  { answers, lastGood }: FailureRules,
): AnswerFailures | undefined {
  const watched = findWatched(asked, answers);
  if (watched === undefined) return undefined;
  const remembers = watched.answers.has('LAST_GOOD');
  const mayFail = watched.answers.has('FAIL');
  return {
    remembers,
    fillIn(run, { failures, data }) {
      const filled = new Map<string, StaleField>();
      if (!remembers || failures.length === 0) return filled;
      const isLost = lossesBy(failures);
      const whose = nameOfPrincipal(run.call.principal);
      watched.visit(run.root, (place) => {
        const { field, object, path } = place;
        if (field.rule.answer !== 'LAST_GOOD' || valueAt(data, path) != null || !isLost(path)) return;
        const entity = entityName(place, answers);
        const known = entity === undefined ? undefined : lastGood.recall(whose, entity);
        if (known === undefined || known.ageMs > 1_000 * field.rule.maxAgeSeconds) return;
        setOwn(object, field.key, known.value);
        filled.set(pathName(path), { path: clientPath(path), ageSeconds: Math.floor(known.ageMs / 1_000) });
      });
      return filled;
    },
    remember(run, but) {
      if (!remembers) return;
      const { filled, failures = [] } = but ?? {};
      const isLost = lossesBy(failures);
      const whose = nameOfPrincipal(run.call.principal);
      watched.visit(run.root, (place) => {
        const { field, object, path } = place;
        const value = getOwn(object, field.key);
        if (field.rule.answer !== 'LAST_GOOD' || value === undefined || filled?.has(pathName(path)) === true)
          return;
        // Null is a value too, unless it stands for a failure or a refusal.
        if (value === null && (isLost(path) || failures.some((failure) => isAt(failure.path, path)))) return;
        if (value !== null && but !== undefined && valueAt(but.data, path) == null) return;
        const entity = entityName(place, answers);
        if (entity !== undefined) lastGood.remember(whose, entity, value);
      });
    },
    failsWhole: (run, data, failures) =>
      mayFail && failures.length > 0 && failsWhole(watched, { run, data, failures }),
  };
}

interface ToldAnswer {
  readonly run: PlanRun;
  readonly data: unknown;
  readonly failures: readonly FieldFailure[];
}

function failsWhole({ visit }: Watched, { run, data, failures }: ToldAnswer): boolean {
  const isLost = lossesBy(failures);
  let fails = false;
  visit(run.root, ({ field, path }) => {
    if (field.rule.answer === 'FAIL' && valueAt(data, path) == null && isLost(path)) fails = true;
  });
  return fails;
}

/** Type, key and field; undefined where the response does not have the whole key. */
function entityName({ field, object }: WatchedPlace, answers: FailureAnswers): string | undefined {
  // A plan asks for keys under their own names, and nothing else of the client's has such a name.
  const key = answers.keyOf(field.type).map((name) => getOwn(object, name));
  if (key.length === 0 || key.some((value) => value == null)) return undefined;
  return JSON.stringify([field.type, field.name, ...key]);
}

/** Whether what should stand at a path was lost by a failure there, above or below it that is ours and not the client's. */
function lossesBy(failures: readonly FieldFailure[]): (path: Path) => boolean {
  const { ours = [], answered = [] } = Object.groupBy(failures, (failure) =>
    isAnswer(failure) ? 'answered' : 'ours',
  );
  return (path) =>
    !answered.some(({ path: other }) => isAt(other, path)) &&
    ours.some(({ path: other }) => isAt(other, path) || isAt(path, other));
}

/** A refusal, or that the owner does not know the entity (any more). */
function isAnswer({ code, facts }: FieldFailure): boolean {
  return ERRORS[code].blame === 'client' || facts.reason === UNKNOWN_ENTITY;
}

/** Whether the first path is the second one or leads to it. */
function isAt(path: Path, place: Path): boolean {
  return path.length <= place.length && path.every((part, depth) => part === place[depth]);
}
