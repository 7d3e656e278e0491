/**
 * The errors of an answer that comes in parts: each is told once, in the part that has its field, and every null of
 * a part is explained in it, also by a failure of an earlier one. Knows no transport.
 */

import type { GraphQLSchema } from 'graphql';

import type { Path } from '../upstream/subgraph-error.ts';
import { writeDownRun } from './explain-failures.ts';
import { beginningsOf, causesOf, coverageOf, explanationOf, failuresByBeginning } from './explain-nulls.ts';
import { createJournal, pathName, type FieldFailure } from './fetch-journal.ts';
import type { PlanRun } from './plan-run.ts';
import { knownPart, type Selection } from './selection.ts';

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
}

/** Lives as long as one answer. */
export class PartExplainer {
  readonly #journal = createJournal();
  /** The names of failures that need not be told any more; a part may fetch again what an earlier one has. */
  readonly #told = new Set<string>();
  /** As the client read them. */
  readonly #explained = new Map<string, FieldFailure>();
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

  /** The failures to tell in each part, in the names of the plan. */
  explain(parts: readonly ExplainedPart[]): readonly (readonly FieldFailure[])[] {
    if (!this.#hasFailed && parts.every(({ missing, broken }) => missing.length + broken.length === 0))
      return parts.map(() => []);
    this.#readRuns();
    const told = this.#tell(parts);
    this.#derive(parts, told);
    this.#tellLost(parts, told);
    return told;
  }

  #readRuns(): void {
    for (const run of this.#unread) writeDownRun(run, this.#schema, this.#journal);
    this.#unread = [];
  }

  #tell(parts: readonly ExplainedPart[]): FieldFailure[][] {
    const byPlace = Map.groupBy(parts.entries(), ([, { at }]) => pathName(at));
    const told: FieldFailure[][] = parts.map(() => []);
    for (const failure of this.#journal.failures) {
      // What was lost with a field is told where it leaves a null that nothing else explains.
      if (this.#told.has(nameOf(failure)) || failure.lostWith === 'field') continue;
      const { path } = failure;
      const here = [[], ...beginningsOf(path)].flatMap((at) => byPlace.get(pathName(at)) ?? []);
      const found = here.find(([, { at, selection }]) => isKnown(selection, path.slice(at.length)));
      if (found === undefined) continue;
      this.#told.add(nameOf(failure));
      if (this.#explained.has(nameOf(failure))) continue;
      this.#explained.set(nameOf(failure), failure);
      told[found[0]]?.push(failure);
    }
    return told;
  }

  /** Nulls that nothing told so far explains. */
  #derive(parts: readonly ExplainedPart[], told: readonly FieldFailure[][]): void {
    const isCovered = coverageOf([...this.#explained.values()]);
    const { hidden = [], known = [] } = Object.groupBy(this.#journal.failures, ({ path }) =>
      isKnown(this.#whole, path) ? 'known' : 'hidden',
    );
    const causeOf = causesOf([...hidden, ...known], { journal: this.#journal });
    const isHidden = new Set(hidden);
    for (const [index, { missing, broken }] of parts.entries()) {
      const isBroken = new Set(broken);
      for (const path of new Set([...missing, ...broken])) {
        if (isCovered(path) || this.#journal.unknownToOwner.has(pathName(path))) continue;
        const cause = causeOf(path);
        if (cause !== undefined && isHidden.has(cause)) this.#told.add(nameOf(cause));
        const derived = explanationOf(path, { cause, journal: this.#journal, isBroken: isBroken.has(path) });
        if (derived === undefined) continue;
        this.#explained.set(nameOf(derived), derived);
        told[index]?.push(derived);
      }
    }
  }

  /** Nulls that were given for what was lost with another field, or with one that only the plan asked for. */
  #tellLost(parts: readonly ExplainedPart[], told: readonly FieldFailure[][]): void {
    if (this.#journal.failures.length === 0) return;
    const isCovered = coverageOf([...this.#explained.values()]);
    const byBeginning = failuresByBeginning(this.#journal.failures);
    for (const [index, { given }] of parts.entries()) {
      for (const path of given) {
        const failure = byBeginning.get(pathName(path));
        if (failure === undefined || isCovered(path)) continue;
        const lost = { ...failure, path };
        if (this.#explained.has(nameOf(lost))) continue;
        this.#explained.set(nameOf(lost), lost);
        told[index]?.push(lost);
      }
    }
  }
}

function isKnown(selection: Selection, path: Path): boolean {
  return knownPart(selection, path).length === path.length;
}

function nameOf({ path, code, facts }: FieldFailure): string {
  return pathName([...path, code, facts.subgraph ?? '']);
}
