/**
 * Executes the cells of mutations and of what they give back. Effects are real, so this is only for databases that are
 * thrown away; an input is made ready anew whenever a mutation has taken effect.
 */

import { getNamedType, isObjectType } from 'graphql';

import { isRecord } from '../../gateway/base/is-record.ts';
import { principalOf, worldsOf, type Asker, type Whose } from './asker.ts';
import type { ThingsOf } from './find-things.ts';
import { SHAPES } from './find-ways.ts';
import { prepareMutation, type MutationInput } from './mutation-attempts.ts';
import { bareSchema, type PolicyLine } from './policy.ts';
import { isRefusal, refusalSeen, type Seen } from './read-cells.ts';
import type { Answer, ServedCompany } from './serve-company.ts';

export interface MutationCell {
  readonly mutation: PolicyLine;
  /** The field of what it gives back; undefined for the mutation itself. */
  readonly part: PolicyLine | undefined;
  readonly asker: Asker;
  readonly whose: Whose;
  readonly where: 'gateway' | 'subgraph';
  readonly seen: Seen;
}

const ASKED_AT = ['subgraph', 'gateway'] as const;

interface Executing {
  readonly company: ServedCompany;
  readonly things: ThingsOf;
}

export async function executeMutations(
  lines: readonly PolicyLine[],
  askers: readonly Asker[],
  executing: Executing,
): Promise<readonly MutationCell[]> {
  const cells: MutationCell[] = [];
  for (const mutation of lines.filter(({ type }) => type === 'Mutation')) {
    const text = textOf(mutation);
    const parts = lines.filter(({ system, type }) => system === mutation.system && type === text.payload);
    const ask = askerOf(mutation, text.text, executing);
    for (const { asker, whose, where } of attemptsOf(askers)) {
      const answer = await ask(asker, whose, where);
      for (const part of [undefined, ...parts])
        cells.push({ mutation, part, asker, whose, where, seen: seenIn(answer, mutation, part) });
    }
  }
  return cells;
}

type Attempt = Pick<MutationCell, 'asker' | 'whose' | 'where'>;

function attemptsOf(askers: readonly Asker[]): readonly Attempt[] {
  return askers.flatMap((asker) =>
    worldsOf(asker).flatMap((whose) => ASKED_AT.map((where) => ({ asker, whose, where }))),
  );
}

type Ask = (asker: Asker, whose: Whose, where: MutationCell['where']) => Promise<Answer>;

/** An input serves until it has had its effect. */
function askerOf({ system, field }: PolicyLine, query: string, { company, things }: Executing): Ask {
  const inputs = new Map<Whose, MutationInput>();
  return async (asker, whose, where) => {
    const input = inputs.get(whose) ?? (await prepareMutation(field, things[whose], company));
    inputs.set(whose, input);
    const principal = principalOf(asker);
    const question = { query, variables: { input } };
    const answer =
      where === 'gateway'
        ? await company.ask(principal, question)
        : await company.askSubgraph(system, principal, question);
    if (answer.data?.[field] != null) inputs.delete(whose);
    return answer;
  };
}

function textOf({ system, field }: PolicyLine): { readonly payload: string; readonly text: string } {
  const found = bareSchema(system).getMutationType()?.getFields()[field];
  const payload = found && getNamedType(found.type);
  const [argument] = found?.args ?? [];
  if (!isObjectType(payload) || argument === undefined)
    throw new Error(`${field} is no mutation of ${system}`);
  const parts = Object.keys(payload.getFields()).map((name) =>
    SHAPES[system].composite.has(`${payload.name}.${name}`) ? `${name} { __typename }` : name,
  );
  const { name, type } = argument;
  const text = `mutation ($input: ${String(type)}) { ${field}(${name}: $input) { ${parts.join(' ')} } }`;
  return { payload: payload.name, text };
}

function seenIn({ data, errors = [] }: Answer, { field }: PolicyLine, part: PolicyLine | undefined): Seen {
  const refusal = errors.find(isRefusal);
  if (refusal !== undefined) return refusalSeen(refusal);
  const [error] = errors;
  // What is not the asker's to change is answered like what does not exist.
  if (error?.extensions?.code === 'NOT_FOUND') return { kind: 'absent' };
  if (error !== undefined)
    return { kind: 'failed', because: `${error.extensions?.code ?? ''} ${error.message}` };
  const whole = data?.[field];
  const given = part === undefined || !isRecord(whole) ? whole : whole[part.field];
  return given == null
    ? { kind: 'failed', because: 'nothing was given back' }
    : { kind: 'allowed', value: 'given' };
}
