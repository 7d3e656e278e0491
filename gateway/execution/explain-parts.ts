/**
 * The errors of an answer that comes in parts: each is told once, in the part that has its field, and every null of
 * a part is explained in it, also by a failure of an earlier one. Knows no transport.
 */

import type { GraphQLSchema } from 'graphql';

import { clientPath } from '../planning/planned-names.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import { writeDownRun } from './explain-failures.ts';
import {
  beginningsOf,
  causesOf,
  coverageOf,
  endOf,
  explanationOf,
  failuresByBeginning,
  isLost,
} from './explain-nulls.ts';
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
  /** Whether a null has spread over the whole part. */
  readonly isLost: boolean;
}

/** For each part what is told in it. */
type Told = readonly FieldFailure[][];

interface Known {
  /** What the client has. */
  readonly data: unknown;
  readonly byBeginning: ReadonlyMap<string, FieldFailure>;
}

/** Lives as long as one answer. */
export class PartExplainer {
  readonly #journal = createJournal();
  /** As the client read them, by their names; a part may fetch again what an earlier one has. */
  readonly #explained = new Map<string, FieldFailure>();
  /** As parts said them that did not come. */
  readonly #ofLost = new Map<string, FieldFailure>();
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
  explain(parts: readonly ExplainedPart[], data: unknown): readonly (readonly FieldFailure[])[] {
    if (!this.#hasFailed && parts.every(({ missing, broken }) => missing.length + broken.length === 0))
      return parts.map(() => []);
    this.#readRuns();
    const byBeginning = failuresByBeginning(this.#journal.failures);
    const told = this.#tell(parts, data);
    this.#derive(parts, told, { data, byBeginning });
    this.#tellLost(parts, told, byBeginning);
    this.#tellAgain(parts, told);
    return told;
  }

  #readRuns(): void {
    for (const run of this.#unread) writeDownRun(run, this.#schema, this.#journal);
    this.#unread = [];
  }

  #tell(parts: readonly ExplainedPart[], data: unknown): FieldFailure[][] {
    const byPlace = Map.groupBy(parts.entries(), ([, { at }]) => pathName(at));
    const told: FieldFailure[][] = parts.map(() => []);
    for (const failure of this.#journal.failures) {
      // What was lost with a field is told where it leaves a null that nothing else explains.
      if (this.#explained.has(nameOf(failure)) || failure.lostWith === 'field') continue;
      const { path } = failure;
      const here = [[], ...beginningsOf(path)].flatMap((at) => byPlace.get(pathName(at)) ?? []);
      const known = here.filter(([, { at, selection }]) => isKnown(selection, path.slice(at.length)));
      // What a part brings explains more than what a lost one says.
      const found = known.find(([, { isLost }]) => !isLost) ?? known[0];
      if (found === undefined || isOver(failure, data)) continue;
      const [index, part] = found;
      // It was asked of objects of another type alone.
      if (!part.isLost && endOf(data, clientPath(path)) === undefined) continue;
      this.#note(failure, part, told[index]);
    }
    return told;
  }

  /** Nulls that nothing told so far explains. */
  #derive(parts: readonly ExplainedPart[], told: Told, { data, byBeginning }: Known): void {
    const { hidden = [], known = [] } = Object.groupBy(this.#journal.failures, ({ path }) =>
      isKnown(this.#whole, path) ? 'known' : 'hidden',
    );
    const causeOf = causesOf([...hidden, ...known], {
      over: known.filter((failure) => isOver(failure, data)),
      journal: this.#journal,
    });
    for (const [index, part] of parts.entries()) {
      const { missing, broken } = part;
      const isBroken = new Set(broken);
      const isCovered = this.#coverage(part, told[index]);
      const explained = new Set(told[index]?.map(({ path }) => nullAt(path, part, data)));
      for (const path of new Set([...missing, ...broken])) {
        if (isCovered(path) || this.#journal.unknownToOwner.has(pathName(path))) continue;
        const cause = causeOf(path) ?? byBeginning.get(pathName(path));
        // Lost with a field whose own error explains the same null, or with one that is told there.
        const isLostBeside =
          cause !== undefined && (cause.lostWith === 'field' || told[index]?.includes(cause));
        if (isLostBeside && explained.has(nullAt(path, part, data))) continue;
        const derived = explanationOf(path, { cause, journal: this.#journal, isBroken: isBroken.has(path) });
        if (derived !== undefined) this.#note(derived, part, told[index]);
      }
    }
  }

  /** Nulls that were given for what was lost with another field, or with one that only the plan asked for. */
  #tellLost(parts: readonly ExplainedPart[], told: Told, byBeginning: Known['byBeginning']): void {
    if (byBeginning.size === 0) return;
    for (const [index, part] of parts.entries()) {
      const isCovered = this.#coverage(part, told[index]);
      for (const path of part.given) {
        const failure = byBeginning.get(pathName(path));
        if (failure === undefined || isCovered(path)) continue;
        const lost = { ...failure, path };
        if (!this.#explained.has(nameOf(lost))) this.#note(lost, part, told[index]);
      }
    }
  }

  /** What a lost part says explains no null of another. */
  #note(failure: FieldFailure, { isLost }: ExplainedPart, told: FieldFailure[] | undefined): void {
    const said = isLost ? this.#ofLost : this.#explained;
    said.set(nameOf(failure), failure);
    // Several fetches may have failed alike.
    if (told?.some((each) => nameOf(each) === nameOf(failure)) === false) told.push(failure);
  }

  /** By what the client has read, and by what the part says already; a lost one says again what others have said. */
  #coverage({ isLost }: ExplainedPart, told: readonly FieldFailure[] = []): (path: Path) => boolean {
    const ofLost = isLost ? this.#ofLost.values() : [];
    return coverageOf([...this.#explained.values(), ...ofLost, ...told].map(({ path }) => path));
  }

  /** What was told in one part must be said of another that is lost for the same reason, or the client takes it as whole. */
  #tellAgain(parts: readonly ExplainedPart[], told: Told): void {
    for (const [index, { isLost, broken }] of parts.entries()) {
      const isBehind = coverageOf(broken);
      if (!isLost || told[index]?.some(({ path }) => isBehind(path)) !== false) continue;
      const said = new Map([...this.#explained, ...this.#ofLost]);
      told[index].push(...[...said.values()].filter(({ path }) => isBehind(path)));
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

function nameOf({ path, code, facts }: FieldFailure): string {
  return pathName([...path, code, facts.subgraph ?? '']);
}
