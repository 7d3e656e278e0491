/**
 * Shows that the check would notice: each named rule is turned into one that lets everybody in and one that lets nobody
 * in, and likewise each single line, and the committed matrix must not fit any of them. Through the real shield.
 */

import { allow, deny } from '../../subgraphs/kit/graphql-shield.ts';
import type { Permission } from '../../subgraphs/kit/permissions.ts';
import { shapeOf } from '../../subgraphs/kit/rule-shape.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';
import type { AccessMatrix } from './access-matrix.ts';
import { checkDeclared } from './check-declared.ts';
import { linesOf, type Policies, type PolicyLine } from './policy.ts';

export type Flip = 'lets everybody in' | 'lets nobody in';

export interface Mutant {
  /** A rule's name, or `crm Customer.email`. */
  readonly of: string;
  readonly flip: Flip;
  /** `survived`: the check said nothing. `refused`: a subgraph with it would not even start. */
  readonly fate: 'killed' | 'refused' | 'survived';
}

export const FLIPS: readonly Flip[] = ['lets everybody in', 'lets nobody in'];

/** Flips every named rule, wherever it is used. */
export async function mutateRules(matrix: AccessMatrix, policies: Policies): Promise<readonly Mutant[]> {
  const lines = linesOf(policies);
  const mutants: Mutant[] = [];
  for (const name of new Set(lines.map(({ rule }) => rule.name)))
    for (const flip of flipsOf(lines.filter(({ rule }) => rule.name === name)))
      mutants.push({
        of: name,
        flip,
        fate: await tryMutant(matrix, policies, flip, (line) => line.rule.name === name),
      });
  return mutants;
}

/** Flips every line by itself. */
export async function mutateLines(matrix: AccessMatrix, policies: Policies): Promise<readonly Mutant[]> {
  const mutants: Mutant[] = [];
  for (const line of linesOf(policies)) {
    const isIt = ({ system, place }: PolicyLine) => system === line.system && place === line.place;
    for (const flip of flipsOf([line])) {
      const fate = await tryMutant(matrix, policies, flip, isIt);
      mutants.push({ of: `${line.system} ${line.place}`, flip, fate });
    }
  }
  return mutants;
}

/** What is open already cannot be opened. */
function flipsOf([line]: readonly PolicyLine[]): readonly Flip[] {
  const shape = line && shapeOf(line.rule.shield);
  return shape?.kind === 'constant' && shape.allows ? ['lets nobody in'] : FLIPS;
}

async function tryMutant(
  matrix: AccessMatrix,
  policies: Policies,
  flip: Flip,
  isMeant: (line: PolicyLine) => boolean,
): Promise<Mutant['fate']> {
  const mutated = flipped(policies, flip, isMeant);
  try {
    const problems = await checkDeclared(matrix, mutated);
    return problems.length > 0 ? 'killed' : 'survived';
  } catch (refusal) {
    if (refusal instanceof Error && refusal.message.includes('not whole')) return 'refused';
    throw refusal;
  }
}

/** Name, reason and needs stay, so that only what the rule decides can give the mutant away. */
function flipped(policies: Policies, flip: Flip, isMeant: (line: PolicyLine) => boolean): Policies {
  const meant = new Set(
    linesOf(policies)
      .filter(isMeant)
      .map(({ system, place }) => `${system} ${place}`),
  );
  const shield = flip === 'lets everybody in' ? allow : deny;
  const flipOne = ([rule, ...rest]: Permission): Permission => [{ ...rule, shield }, ...rest];
  const systems = SYSTEM_NAMES.map((system): [string, unknown] => {
    const { owner, fields } = policies[system];
    const types = Object.entries(fields).map(([type, permissions]): [string, unknown] => [
      type,
      Object.fromEntries(
        Object.entries(permissions).map(([field, permission]) => [
          field,
          meant.has(`${system} ${type}.${field}`) ? flipOne(permission) : permission,
        ]),
      ),
    ]);
    return [system, { owner, fields: Object.fromEntries(types) }];
  });
  // Reason for the cast: Object.fromEntries forgets the names.
  return Object.fromEntries(systems) as Policies;
}
