/**
 * Holds a committed matrix against the rules without executing anything: fast enough for every check. What only an
 * execution can tell, that a resolver hides what is another's, is believed.
 */

import { hashPermissions } from '../../subgraphs/kit/permissions.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';
import { nameOfLine, type AccessMatrix, type MatrixLine, type Verdict } from './access-matrix.ts';
import { ASKERS, type Asker } from './asker.ts';
import { declareVerdicts, type DeclaredVerdicts } from './declare-verdicts.ts';
import { isWatched } from './execute-subscriptions.ts';
import { planWays, type PlanWays } from './plan-ways.ts';
import { linesOf, type Policies, type PolicyLine } from './policy.ts';

/** One sentence for each way in which the matrix is not of these policies. */
export async function checkDeclared(matrix: AccessMatrix, policies: Policies): Promise<readonly string[]> {
  const declared = await declareVerdicts(policies);
  const known = new Map(matrix.lines.map((line) => [nameOfLine(line), line]));
  const lines = linesOf(policies);
  const names = new Set(lines.map(({ system, place }) => nameOfLine({ system, field: place })));
  const ways = planWays(declared);
  return [
    ...SYSTEM_NAMES.filter((system) => matrix.policies[system] !== hashPermissions(policies[system])).map(
      (system) => `the permissions of ${system} are not those of the matrix`,
    ),
    ...[...known.keys()].filter((name) => !names.has(name)).map((name) => `${name} is in the matrix only`),
    ...lines.flatMap((line) => {
      const committed = known.get(nameOfLine({ system: line.system, field: line.place }));
      if (committed === undefined) return [`${line.system} ${line.place} is not in the matrix`];
      return [...problemsOfWords(line, committed), ...problemsOfCells(line, committed, { declared, ways })];
    }),
  ];
}

function problemsOfWords(line: PolicyLine, committed: MatrixLine): readonly string[] {
  const isSame =
    committed.owner === line.owner && committed.rule === line.rule.name && committed.why === line.why;
  return isSame ? [] : [`${line.system} ${line.place} has another rule, reason or owner in the matrix`];
}

interface Declaration {
  readonly declared: DeclaredVerdicts;
  readonly ways: PlanWays;
}

function problemsOfCells(line: PolicyLine, committed: MatrixLine, said: Declaration): readonly string[] {
  return ASKERS.flatMap((asker) => {
    const possible = possibleVerdicts(line, asker, said);
    const found = committed.cells[asker];
    if (possible.includes(found)) return [];
    return [
      `${line.system} ${line.place} for ${asker}: declared ${possible.join(' or ')}, the matrix says ${found}`,
    ];
  });
}

function possibleVerdicts(
  line: PolicyLine,
  asker: Asker,
  { declared, ways }: Declaration,
): readonly Verdict[] {
  if (declared(line, asker, 'own') === 'denied') return ['deny'];
  const closed = closedFor(line, asker, { declared, ways });
  if (closed.own) return ['unreachable'];
  if (asker !== 'customer' || closed.namesNothing) return ['allow'];
  const isWithheld = closed.other || declared(line, asker, 'other') !== 'allowed';
  return isWithheld ? ['conditional'] : ['allow', 'conditional'];
}

function closedFor(line: PolicyLine, asker: Asker, { declared, ways }: Declaration) {
  if (line.type === 'Mutation' || isWatched(line)) return { own: false, other: false, namesNothing: false };
  if (!line.type.endsWith('Payload')) {
    const { closedAt, namesNothing } = ways(line, asker).gateway;
    return { own: closedAt.own !== undefined, other: closedAt.other !== undefined, namesNothing };
  }
  // What a mutation gives back is behind it: `PlaceOrderPayload` behind `placeOrder`.
  const name = line.type.replace(/Payload$/, '');
  const mutation = { system: line.system, place: `Mutation.${name.charAt(0).toLowerCase()}${name.slice(1)}` };
  const other = asker === 'customer' && declared(mutation, asker, 'other') !== 'allowed';
  return { own: declared(mutation, asker, 'own') === 'denied', other, namesNothing: false };
}
