/**
 * Holds what was seen at the subgraph and at the gateway against what the rules declare, cell by cell: one verdict where
 * all three agree, a sentence where they do not. Pure.
 */

import type { Declared } from './declare-verdicts.ts';
import type { Verdict } from './access-matrix.ts';
import type { Asker } from './asker.ts';
import { SHAPES } from './find-ways.ts';
import type { PolicyLine } from './policy.ts';
import type { Seen } from './read-cells.ts';

/** One execution of a cell at one place. */
export interface Sight {
  readonly seen: Seen;
  /** The first field on the way whose rule refuses; undefined where the way is open. */
  readonly closedAt: string | undefined;
}

export interface CellSights {
  readonly declared: Declared;
  readonly subgraph: Sight;
  /** Undefined where it is not executed there: what the subgraph says stands then. */
  readonly gateway: Sight | undefined;
}

export interface JudgedCell {
  readonly line: PolicyLine;
  readonly asker: Asker;
  readonly verdict: Verdict;
  /** How what belongs to others is withheld, where it is. */
  readonly others?: 'refused' | 'not found';
  /** Declared and observed differ. */
  readonly problems: readonly string[];
}

/** `other` only for customers. */
export function judgeCell(
  line: PolicyLine,
  asker: Asker,
  { own, other }: { readonly own: CellSights; readonly other?: CellSights },
): JudgedCell {
  const problems = [
    ...problemsOfOwn(line, own),
    ...(other === undefined ? [] : problemsOfOther(line, other)),
  ].map((problem) => `${line.system} ${line.place} for ${asker}: ${problem}`);
  const judged = { line, asker, problems, verdict: verdictOf(own, other) };
  if (judged.verdict !== 'conditional' || other === undefined) return judged;
  return { ...judged, others: other.subgraph.seen.kind === 'refused' ? 'refused' : 'not found' };
}

function verdictOf(own: CellSights, other: CellSights | undefined): Verdict {
  if (seenLast(own) !== 'allowed') return own.declared === 'denied' ? 'deny' : 'unreachable';
  return other === undefined || seenLast(other) === 'allowed' ? 'allow' : 'conditional';
}

function seenLast({ gateway, subgraph }: CellSights): Seen['kind'] {
  return (gateway ?? subgraph).seen.kind;
}

/** What is declared must be what is seen, at both places; a refusal must be by the rule that is declared. */
function problemsOfOwn(line: PolicyLine, { declared, subgraph, gateway }: CellSights): readonly string[] {
  // A subgraph may hide by its key what no client gets to anyway.
  const isHidden = subgraph.seen.kind === 'absent' && gateway?.closedAt !== undefined;
  return [
    ...(isHidden ? [] : problemsAt('the subgraph', declared, subgraph)),
    ...(gateway === undefined ? [] : problemsAt('the gateway', declared, gateway)),
    ...problemsOfRefusal(line, declared, subgraph),
  ];
}

function problemsAt(where: string, declared: Declared, { seen, closedAt }: Sight): readonly string[] {
  if (seen.kind === 'failed') return [`${where} failed: ${seen.because}`];
  const isExpected = declared !== 'denied' && closedAt === undefined;
  if (isExpected === (seen.kind === 'allowed')) return [];
  const said =
    declared === 'denied' ? 'denied' : closedAt === undefined ? 'allowed' : `closed at ${closedAt}`;
  return [`declared ${said}, but ${where} ${describe(seen)}`];
}

function problemsOfRefusal(
  line: PolicyLine,
  declared: Declared,
  { seen, closedAt }: Sight,
): readonly string[] {
  if (seen.kind !== 'refused') return [];
  const place = closedAt ?? line.place;
  if (seen.place !== place) return [`expected to be refused at ${place}, but the subgraph ${describe(seen)}`];
  if (declared === 'denied' && place === line.place && seen.rule !== line.rule.name)
    return [`declared the rule "${line.rule.name}", but the subgraph ${describe(seen)}`];
  return [];
}

/** What a resolver hides beyond the rule is no problem; what it shows against the rule or its promise is one. */
function problemsOfOther(line: PolicyLine, { declared, subgraph, gateway }: CellSights): readonly string[] {
  const atGateway = gateway === undefined ? [] : [['the gateway', gateway] as const];
  const sights = [['the subgraph', subgraph] as const, ...atGateway];
  const found = sights.flatMap(([where, { seen, closedAt }]) => {
    if (seen.kind === 'failed') return [`for what belongs to another, ${where} failed: ${seen.because}`];
    if (seen.kind === 'allowed' && (declared !== 'allowed' || closedAt !== undefined))
      return [`declared ${declared} for what belongs to another, but ${where} ${describe(seen)}`];
    if (
      where === 'the subgraph' &&
      seen.kind === 'refused' &&
      declared !== 'denied' &&
      closedAt === undefined
    )
      return [`declared ${declared} for what belongs to another, but ${where} ${describe(seen)}`];
    return [];
  });
  // The gateway asks the owner for what comes along here.
  const isAskedHere = !isBrought(line);
  const isWider = isAskedHere && gateway?.seen.kind === 'allowed' && subgraph.seen.kind !== 'allowed';
  return isWider ? [...found, 'the gateway shows of another what the subgraph does not'] : found;
}

function isBrought({ system, type, field }: PolicyLine): boolean {
  return SHAPES[system].brought[type]?.some(({ name }) => name === field) ?? false;
}

function describe(seen: Seen): string {
  switch (seen.kind) {
    case 'allowed':
      return 'answered';
    case 'refused':
      return `refused at ${seen.place || 'an unnamed field'} by "${seen.rule}"`;
    case 'absent':
      return 'had nothing to answer of';
    case 'failed':
      return `failed: ${seen.because}`;
  }
}
