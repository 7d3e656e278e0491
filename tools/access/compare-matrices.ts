/**
 * What one access matrix gives that another does not, the widened cells first: that is what a reviewer must not miss.
 * Pure.
 */

import { nameOfLine, rankOf, type AccessMatrix, type MatrixLine, type Verdict } from './access-matrix.ts';
import { ASKERS, type Asker } from './asker.ts';

export interface Change {
  /** `crm Customer.email`. */
  readonly line: string;
  readonly asker: Asker;
  /** Undefined where the line is new. */
  readonly before: Verdict | undefined;
  /** Undefined where the line is gone. */
  readonly after: Verdict | undefined;
}

export interface MatrixDifference {
  /** Somebody sees more than before; the most first. */
  readonly widened: readonly Change[];
  readonly narrowed: readonly Change[];
  /** Lines whose rule, reason, owner or treatment of others’ is another, with the same cells or not. */
  readonly reworded: readonly string[];
}

export function compareMatrices(before: AccessMatrix, after: AccessMatrix): MatrixDifference {
  const old = new Map(before.lines.map((line) => [nameOfLine(line), line]));
  const fresh = new Map(after.lines.map((line) => [nameOfLine(line), line]));
  const names = [...new Set([...fresh.keys(), ...old.keys()])];
  const changes = names
    .flatMap((name) => changesOf(name, old.get(name), fresh.get(name)))
    .toSorted((one, other) => stepOf(other) - stepOf(one));
  return {
    // A line that is new and refuses everybody widens nothing.
    widened: changes.filter((change) => stepOf(change) > 0 && change.after !== 'deny'),
    narrowed: changes.filter((change) => stepOf(change) < 0 && change.before !== 'deny'),
    reworded: names.filter((name) => isReworded(old.get(name), fresh.get(name))),
  };
}

export function isSameMatrix({ widened, narrowed, reworded }: MatrixDifference): boolean {
  return widened.length + narrowed.length + reworded.length === 0;
}

/** Lines for a person. */
export function describeDifference({ widened, narrowed, reworded }: MatrixDifference): readonly string[] {
  const listed = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`${title} (${items.length}):`, ...items.map((item) => `  ${item}`)];
  return [
    ...listed('WIDENED', widened.map(describeChange)),
    ...listed('narrowed', narrowed.map(describeChange)),
    ...listed('another rule, reason, owner or treatment of others’', reworded),
  ];
}

function describeChange({ line, asker, before, after }: Change): string {
  return `${line} for ${asker}: ${before ?? 'not there'} -> ${after ?? 'not there'}`;
}

function changesOf(name: string, old: MatrixLine | undefined, fresh: MatrixLine | undefined): Change[] {
  return ASKERS.map((asker) => ({
    line: name,
    asker,
    before: old?.cells[asker],
    after: fresh?.cells[asker],
  })).filter(({ before, after }) => before !== after);
}

function stepOf({ before, after }: Change): number {
  return rankOf(after) - rankOf(before);
}

function isReworded(old: MatrixLine | undefined, fresh: MatrixLine | undefined): boolean {
  if (old === undefined || fresh === undefined) return false;
  const wordsOf = ({ owner, rule, why }: MatrixLine) => JSON.stringify([owner, rule, why]);
  // Refused instead of not found tells that there is something.
  const isTreatedOtherwise = old.others !== fresh.others && !!old.others && !!fresh.others;
  return wordsOf(old) !== wordsOf(fresh) || isTreatedOtherwise;
}
