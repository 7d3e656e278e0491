/**
 * The access matrix by execution: every line, asker and object is read or written at the subgraph and through the
 * gateway of a running company, and judged against the rules. Its effects are real: only for databases that are thrown
 * away.
 */

import { hashPermissions } from '../../subgraphs/kit/permissions.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';
import type { AccessMatrix, MatrixLine } from './access-matrix.ts';
import { ASKERS, worldsOf, type Asker, type Whose } from './asker.ts';
import { declareVerdicts, type DeclaredVerdicts } from './declare-verdicts.ts';
import { executeMutations, type MutationCell } from './execute-mutations.ts';
import { executeSubscriptions, isWatched } from './execute-subscriptions.ts';
import { findThings, type ThingsOf } from './find-things.ts';
import { judgeCell, type CellSights, type JudgedCell, type Sight } from './judge-cells.ts';
import { linesOf, type Policies, type PolicyLine } from './policy.ts';
import { readCells, type Reading, type Seen } from './read-cells.ts';
import type { ServedCompany } from './serve-company.ts';
import { planWays, type PlannedWay } from './plan-ways.ts';

export interface ExecutedMatrix {
  readonly matrix: AccessMatrix;
  /** Where declared, observed at the subgraph and observed at the gateway differ. */
  readonly problems: readonly string[];
  /** How many executions it took. */
  readonly executions: number;
}

interface Executing {
  readonly company: ServedCompany;
  readonly things: ThingsOf;
  readonly lines: readonly PolicyLine[];
  readonly declared: DeclaredVerdicts;
}

/** `isWanted` narrows it to some lines, for those who look for one thing only. */
export async function executeMatrix(
  company: ServedCompany,
  policies: Policies,
  isWanted: (line: PolicyLine) => boolean = () => true,
): Promise<ExecutedMatrix> {
  const lines = linesOf(policies).filter(isWanted);
  const declared = await declareVerdicts(policies);
  const executing = { company, lines, declared, things: await findThings(company) };
  const read = await executeReadable(executing);
  const written = await executeWritable(executing);
  const watched = await executeWatchable(executing);
  const judged = [...read.cells, ...written.cells, ...watched.cells];
  const byLine = Map.groupBy(judged, ({ line }) => line);
  return {
    matrix: {
      policies: Object.fromEntries(SYSTEM_NAMES.map((system) => [system, hashPermissions(policies[system])])),
      lines: lines.map((line) => matrixLineOf(line, byLine.get(line) ?? [])),
    },
    problems: judged.flatMap(({ problems }) => problems),
    executions: read.executions + written.executions + watched.executions,
  };
}

interface Judged {
  readonly cells: readonly JudgedCell[];
  readonly executions: number;
}

async function executeReadable({ company, things, lines, declared }: Executing): Promise<Judged> {
  const readable = lines.filter((line) => !isWritten(line) && !isWatched(line));
  const ways = planWays(declared);
  const planned = ASKERS.flatMap((asker) => readable.map((line) => ({ asker, line, ...ways(line, asker) })));
  const executions = { subgraph: 0, gateway: 0 };
  const seenAt = async (where: 'subgraph' | 'gateway') => {
    const wanted = planned.flatMap(({ asker, line, [where]: { way } }) => {
      // What is shown of another must differ from what is shown of nobody's, or nothing is shown.
      const worlds = asker === 'customer' ? (['own', 'other', 'missing'] as const) : (['own'] as const);
      return worlds.map((world): Reading => ({ line, asker, world, way }));
    });
    executions[where] = wanted.length;
    const seen = await readCells(wanted, where, { company, things });
    return new Map(wanted.map(({ line, asker, world }, index) => [keyOf(line, asker, world), seen[index]]));
  };
  const atSubgraph = await seenAt('subgraph');
  const atGateway = await seenAt('gateway');
  const sight = (all: Map<string, Seen | undefined>, line: PolicyLine, asker: Asker, whose: Whose): Seen => {
    const seen = all.get(keyOf(line, asker, whose)) ?? NOT_ASKED;
    const missing = all.get(keyOf(line, asker, 'missing'));
    const isNothing = whose === 'other' && seen.kind === 'allowed' && isSame(seen, missing);
    return isNothing ? { kind: 'absent' } : seen;
  };
  const cells = planned.map(({ asker, line, subgraph, gateway }) => {
    const sightsOf = (whose: Whose): CellSights => ({
      declared: declared(line, asker, whose),
      subgraph: sightOf(subgraph, whose, sight(atSubgraph, line, asker, whose)),
      gateway: sightOf(gateway, whose, sight(atGateway, line, asker, whose)),
    });
    // What is found without naming anything is the same whosever the rest is.
    const others = gateway.namesNothing || asker !== 'customer' ? {} : { other: sightsOf('other') };
    return judgeCell(line, asker, { own: sightsOf('own'), ...others });
  });
  return { cells, executions: executions.subgraph + executions.gateway };
}

const NOT_ASKED: Seen = { kind: 'failed', because: 'it was not asked' };

function sightOf({ closedAt }: PlannedWay, whose: Whose, seen: Seen): Sight {
  return { seen, closedAt: closedAt[whose] };
}

function isSame(seen: Seen, other: Seen | undefined): boolean {
  return JSON.stringify(seen) === JSON.stringify(other);
}

async function executeWritable({ company, things, lines, declared }: Executing): Promise<Judged> {
  const executed = await executeMutations(lines, ASKERS, { company, things });
  const groups = Map.groupBy(executed, ({ mutation, part, asker }) =>
    keyOf(part ?? mutation, asker, mutation.place),
  );
  const cells = [...groups.values()].map((group) => {
    const [first] = group;
    if (first === undefined) throw new Error('a group has a member');
    const { mutation, part, asker } = first;
    const line = part ?? mutation;
    const sightsOf = (whose: Whose): CellSights => {
      const isClosed = part !== undefined && declared(mutation, asker, whose) === 'denied';
      const closedAt = isClosed ? mutation.place : undefined;
      const at = (where: MutationCell['where']): Sight => ({
        seen: group.find((cell) => cell.whose === whose && cell.where === where)?.seen ?? NOT_ASKED,
        closedAt,
      });
      const said = declared(mutation, asker, whose) === 'limited' ? 'limited' : declared(line, asker, whose);
      return { declared: said, subgraph: at('subgraph'), gateway: at('gateway') };
    };
    const [, other] = worldsOf(asker);
    return judgeCell(line, asker, {
      own: sightsOf('own'),
      ...(other === undefined ? {} : { other: sightsOf(other) }),
    });
  });
  return { cells, executions: executed.filter(({ part }) => part === undefined).length };
}

async function executeWatchable({ company, things, lines, declared }: Executing): Promise<Judged> {
  const executed = await executeSubscriptions(lines, ASKERS, { company, things });
  const cells = executed.map(({ line, asker, seen }) => {
    const sightsOf = (whose: Whose): CellSights => ({
      declared: declared(line, asker, whose),
      subgraph: { seen: seen[whose], closedAt: undefined },
      // Watched at the subgraph only; what is seen through the gateway would stand here.
      gateway: undefined,
    });
    const [, other] = worldsOf(asker);
    return judgeCell(line, asker, {
      own: sightsOf('own'),
      ...(other === undefined ? {} : { other: sightsOf(other) }),
    });
  });
  return { cells, executions: executed.reduce((sum, { executions }) => sum + executions, 0) };
}

function isWritten({ type }: PolicyLine): boolean {
  return type === 'Mutation' || type.endsWith('Payload');
}

function keyOf({ system, place }: PolicyLine, asker: Asker, rest: string): string {
  return `${system} ${place} ${asker} ${rest}`;
}

function matrixLineOf(line: PolicyLine, judged: readonly JudgedCell[]): MatrixLine {
  const { system, owner, place, rule, why } = line;
  const others = judged.find((cell) => cell.others !== undefined)?.others;
  const cells = ASKERS.map((asker) => {
    const verdict = judged.find((cell) => cell.asker === asker)?.verdict;
    if (verdict === undefined) throw new Error(`${system} ${place} was not executed for ${asker}`);
    return [asker, verdict] as const;
  });
  return {
    system,
    owner,
    field: place,
    rule: rule.name,
    why,
    ...(others && { others }),
    // Reason for the cast: Object.fromEntries forgets the names.
    cells: Object.fromEntries(cells) as MatrixLine['cells'],
  };
}
