/**
 * The errors of an answer that comes in parts: each is told once, in the part that has its field, and every null of
 * a part is explained in it, also by a failure of an earlier one. Knows no transport.
 */

import type { GraphQLSchema } from 'graphql';

import { clientPath } from '../planning/planned-names.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { writeDownRun } from './explain-failures.ts';
import { causesOf, endOf, explanationOf, failuresByBeginning, isLost } from './explain-nulls.ts';
import { createJournal, pathName, type FieldFailure } from './fetch-journal.ts';
import { beginningsOf, PathIndex } from './path-index.ts';
import type { PlanRun } from './plan-run.ts';
import { knownPart, type Selection } from './selection.ts';
import { nameOf, ToldFailures } from './told-failures.ts';

export interface ExplainedPart {
  /** Where the part begins. */
  readonly at: Path;
  /** What it selects of the object there, without what is deferred again. */
  readonly selection: Selection;
  /** Nulls to be explained: nobody answered, or the schema does not allow the value. */
  readonly missing: readonly Path[];
  readonly broken: readonly Path[];
  /** Nulls that somebody gave: failures only where something failed there. */
  readonly given: readonly Path[];
  /** Whether a null has spread over the whole part. */
  readonly isLost: boolean;
}

/** What is told in a part, by the names of the failures. */
type Told = Map<string, FieldFailure>;

interface TellingPart {
  readonly part: ExplainedPart;
  readonly told: Told;
}

interface Known {
  /** What the client has. */
  readonly data: unknown;
  readonly byBeginning: ReadonlyMap<string, FieldFailure>;
}

/** Lives as long as one answer. */
export class PartExplainer {
  readonly #journal = createJournal();
  /** As the client read them; a part may fetch again what an earlier one has. */
  readonly #explained = new ToldFailures();
  /** As parts said them that did not come. */
  readonly #ofLost = new ToldFailures();
  readonly #schema: GraphQLSchema;
  readonly #whole: Selection;
  #unread: PlanRun[] = [];
  #hasFailed = false;

  /** `whole` selects all that is asked, deferred or not; `schema` is the whole supergraph's. */
  constructor(schema: GraphQLSchema, whole: Selection) {
    this.#schema = schema;
    this.#whole = whole;
  }

  /** The fetches of the run have ended. */
  add(run: PlanRun): void {
    this.#unread.push(run);
    this.#hasFailed ||= run.hasFailed;
  }

  /** The failures to tell in each part, in the names of the plan; `data` is what the client has with these parts. */
  explain(given: readonly ExplainedPart[], data: unknown): readonly (readonly FieldFailure[])[] {
    if (!this.#hasFailed && given.every(({ missing, broken }) => missing.length + broken.length === 0))
      return given.map(() => []);
    this.#readRuns();
    const byBeginning = failuresByBeginning(this.#journal.failures);
    const parts = given.map((part): TellingPart => ({ part, told: new Map() }));
    this.#tell(parts, data);
    this.#derive(parts, { data, byBeginning });
    this.#tellLost(parts, byBeginning);
    for (const each of parts) this.#tellAgain(each);
    return parts.map(({ told }) => [...told.values()]);
  }

  #readRuns(): void {
    for (const run of this.#unread) writeDownRun(run, this.#schema, this.#journal);
    this.#unread = [];
    // A value that no type allows is a null from now on, and whatever part has it is to say why.
    this.#hasFailed ||= this.#journal.failures.length > 0;
  }

  #tell(parts: readonly TellingPart[], data: unknown): void {
    const byPlace = Map.groupBy(parts, ({ part: { at } }) => pathName(at));
    for (const failure of this.#journal.failures) {
      // What was lost with a field is told where it leaves a null that nothing else explains.
      if (this.#explained.has(failure) || failure.lostWith === 'field') continue;
      const { path } = failure;
      const here = [[], ...beginningsOf(path)].flatMap((at) => byPlace.get(pathName(at)) ?? []);
      const known = here.filter(({ part: { at, selection } }) => isKnown(selection, path.slice(at.length)));
      // What a part brings explains more than what a lost one says.
      const found = known.find(({ part }) => !part.isLost) ?? known[0];
      if (found === undefined || isOver(failure, data)) continue;
      // It was asked of objects of another type alone.
      if (!found.part.isLost && endOf(data, clientPath(path)) === undefined) continue;
      this.#note([failure], found);
    }
  }

  /** Nulls that nothing told so far explains. */
  #derive(parts: readonly TellingPart[], { data, byBeginning }: Known): void {
    const { hidden = [], known = [] } = Object.groupBy(this.#journal.failures, ({ path }) =>
      isKnown(this.#whole, path) ? 'known' : 'hidden',
    );
    const causeOf = causesOf([...hidden, ...known], {
      over: known.filter((failure) => isOver(failure, data)),
      journal: this.#journal,
    });
    for (const each of parts) {
      const { part, told } = each;
      const { missing, broken } = part;
      const isBroken = new Set(broken);
      const explained = new Set([...told.values()].map(({ path }) => nullAt(path, part, data)));
      const derived: FieldFailure[] = [];
      for (const path of new Set([...missing, ...broken])) {
        if (this.#isCovered(path, part) || this.#journal.unknownToOwner.has(pathName(path))) continue;
        const cause = causeOf(path) ?? byBeginning.get(pathName(path));
        // Lost with a field whose own error explains the same null, or with one that is told there.
        const isLostBeside =
          cause !== undefined && (cause.lostWith === 'field' || told.get(nameOf(cause)) === cause);
        if (isLostBeside && explained.has(nullAt(path, part, data))) continue;
        const failure = explanationOf(path, { cause, journal: this.#journal, isBroken: isBroken.has(path) });
        if (failure !== undefined) derived.push(failure);
      }
      this.#note(derived, each);
    }
  }

  /** Nulls that were given for what was lost with another field, or with one that only the plan asked for. */
  #tellLost(parts: readonly TellingPart[], byBeginning: Known['byBeginning']): void {
    if (byBeginning.size === 0) return;
    for (const each of parts) {
      const lost = each.part.given.flatMap((path): readonly FieldFailure[] => {
        const failure = byBeginning.get(pathName(path));
        return failure === undefined || this.#isCovered(path, each.part) ? [] : [{ ...failure, path }];
      });
      this.#note(lost, each);
    }
  }

  /** What a lost part says explains no null of another. */
  #note(failures: readonly FieldFailure[], { part, told }: TellingPart): void {
    const said = part.isLost ? this.#ofLost : this.#explained;
    for (const failure of failures) {
      said.add(failure);
      const name = nameOf(failure);
      if (!told.has(name)) told.set(name, failure);
    }
  }

  /** By what the client has read, and by what the part says already; a lost one says again what others have said. */
  #isCovered(path: Path, { isLost }: ExplainedPart): boolean {
    return this.#explained.covers(path) || (isLost && this.#ofLost.covers(path));
  }

  /** What was told in one part must be said of another that is lost for the same reason, or the client takes it as whole. */
  #tellAgain({ part: { isLost, broken }, told }: TellingPart): void {
    if (!isLost) return;
    const lost = new PathIndex(broken.map((path) => ({ path })));
    if ([...told.values()].some(({ path }) => lost.covers(path))) return;
    for (const path of broken) {
      const said = [...this.#explained.around(path), ...this.#ofLost.around(path)];
      for (const failure of said) told.set(nameOf(failure), failure);
    }
  }
}

/** The name of the null that a loss there has become: in the data, or in place of the part. */
function nullAt(path: Path, { isLost }: ExplainedPart, data: unknown): string {
  const end = endOf(data, clientPath(path));
  if (end?.isNull === true) return end.name;
  return isLost ? '' : pathName(path);
}

/** Whether somebody else gave what it is about, and only what they did not give below it is lost. */
function isOver(failure: FieldFailure, data: unknown): boolean {
  const end = endOf(data, clientPath(failure.path));
  return isLost(failure) && end?.isNull === false;
}

function isKnown(selection: Selection, path: Path): boolean {
  return knownPart(selection, path).length === path.length;
}
