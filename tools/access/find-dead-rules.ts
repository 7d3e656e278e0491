/**
 * Rules that decide nothing: those that hold for nobody in the whole matrix, or for everybody. Rules that are open by
 * their making are no tests and are left out.
 */

import { shapeOf } from '../../subgraphs/kit/rule-shape.ts';
import { ASKERS, worldsOf } from './asker.ts';
import type { DeclaredVerdicts } from './declare-verdicts.ts';
import type { PolicyLine } from './policy.ts';

export interface RuleCoverage {
  readonly rule: string;
  /** In how many cells it lets in, and in how many it refuses. */
  readonly allows: number;
  readonly denies: number;
}

export function coverRules(
  lines: readonly PolicyLine[],
  declared: DeclaredVerdicts,
): readonly RuleCoverage[] {
  const tests = lines.filter(({ rule }) => shapeOf(rule.shield).kind !== 'constant');
  return [...Map.groupBy(tests, ({ rule }) => rule.name)].map(([rule, ofRule]) => {
    const verdicts = ofRule.flatMap((line) =>
      ASKERS.flatMap((asker) => worldsOf(asker).map((whose) => declared(line, asker, whose))),
    );
    const denies = verdicts.filter((verdict) => verdict === 'denied').length;
    return { rule, denies, allows: verdicts.length - denies };
  });
}

export function findDeadRules(lines: readonly PolicyLine[], declared: DeclaredVerdicts): readonly string[] {
  return coverRules(lines, declared).flatMap(({ rule, allows, denies }) => {
    if (allows > 0 && denies > 0) return [];
    const says = allows === 0 ? 'nobody' : 'everybody';
    return [`the rule "${rule}" is dead: it lets in ${says}`];
  });
}
