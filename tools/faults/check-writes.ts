/**
 * Compares what clients were told with what the databases hold: a write that was done has taken effect exactly once,
 * one that was refused never, one that nobody could be told about at most once. Says each difference in a sentence.
 */

import { isRecord, type JsonObject } from '../../gateway/base/is-record.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';
import type { ClientModel } from './client-model.ts';
import { finalOutcome, type Write } from './journal.ts';
import { readCart, type CompanyReader } from './read-company.ts';
import { EXPECTED_REFUSALS, kindOf, WRITE_KINDS, type WriteName } from './write-kinds.ts';

export interface WriteFindings {
  readonly effects: number;
  readonly duplicates: number;
  readonly lost: number;
  readonly problems: readonly string[];
}

type EffectsByWrite = ReadonlyMap<string, readonly string[]>;

/** `prefix` begins the texts of all the writes. */
export async function checkWrites(
  reader: CompanyReader,
  prefix: string,
  journal: readonly Write[],
): Promise<WriteFindings> {
  const effects = await readEffects(reader, prefix);
  const judged = journal.map((write) => judge(write, effects));
  const known = new Set(journal.map(({ id }) => id));
  const strangers = [...effects.keys()].filter((id) => !known.has(id));
  return {
    effects: [...effects.values()].flat().length,
    duplicates: judged.filter(({ verdict }) => verdict === 'duplicate').length,
    lost: judged.filter(({ verdict }) => verdict === 'lost').length,
    problems: [
      ...judged.flatMap(({ problem }) => problem ?? []),
      ...strangers.map((id) => `${id}: an effect of a write that was never sent`),
    ],
  };
}

async function readEffects(reader: CompanyReader, prefix: string): Promise<EffectsByWrite> {
  const found = new Map<string, string[]>();
  for (const system of SYSTEM_NAMES) {
    for (const kind of Object.values(WRITE_KINDS).filter((each) => each.system === system)) {
      for (const row of await reader.rows(system, kind.effects, [prefix])) {
        const write = String(row['write']);
        found.set(write, [...(found.get(write) ?? []), String(row['effect'])]);
      }
    }
  }
  return found;
}

interface Judgement {
  readonly verdict: 'right' | 'duplicate' | 'lost' | 'wrong';
  readonly problem?: string;
}

/** Effects of these do not show as rows of their own. */
const SEEN_AT_THE_END: ReadonlySet<WriteName> = new Set(['setCartLine', 'updateCustomer']);

function judge(write: Write, effects: EffectsByWrite): Judgement {
  const { id, name, outcomes } = write;
  const last = finalOutcome(write);
  const found = effects.get(id) ?? [];
  const story = outcomes.map((outcome) =>
    outcome.kind === 'done' ? 'done' : `${outcome.kind} ${nameOf(outcome)}`,
  );
  const say = (verdict: Judgement['verdict'], sentence: string) => ({
    verdict,
    problem: `${name} ${id} (${write.habit}): ${sentence}; it was told: ${story.join(', ')}`,
  });
  if (last.kind === 'refused' && !EXPECTED_REFUSALS.has(last.code))
    return say('wrong', 'refused by surprise');
  if (last.kind === 'notNow') return say('wrong', 'never told in the end');
  if (last.kind === 'unknown' && write.habit === 'keyed') return say('wrong', 'never told in the end');
  if (SEEN_AT_THE_END.has(name)) return { verdict: 'right' };
  if (found.length > 1) return say('duplicate', `took effect ${found.length} times`);
  if (last.kind === 'done' && found.length === 0) return say('lost', 'was done and is not there');
  if (last.kind === 'refused' && found.length > 0) return say('wrong', 'was refused and is there');
  const named = last.kind === 'done' ? effectNamed(name, last.answer) : undefined;
  if (named !== undefined && named !== found[0])
    return say('wrong', `the answer names ${named}, and what is there is ${found[0] ?? 'nothing'}`);
  return { verdict: 'right' };
}

function nameOf(outcome: Exclude<Write['outcomes'][number], { kind: 'done' }>): string {
  return outcome.kind === 'unknown' ? outcome.because : outcome.code;
}

function effectNamed(name: WriteName, answer: JsonObject): string | undefined {
  const path = kindOf(name).effectIn;
  if (path === undefined) return undefined;
  return String(path.reduce<unknown>((value, part) => (isRecord(value) ? value[part] : undefined), answer));
}

/** What each client kept in mind against what is there: carts, and customers with their versions. */
export async function checkModels(
  reader: CompanyReader,
  models: readonly ClientModel[],
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { customerId, cart, customers } of models) {
    const there = await readCart(reader, customerId);
    if (!isSameCart(cart, there))
      problems.push(`the cart of ${customerId} holds ${printCart(there)} and should hold ${printCart(cart)}`);
    for (const kept of customers.values()) {
      const [row] = await reader.rows('crm', 'select version, phone from customer where id = $1', [kept.id]);
      const is = `version ${String(row?.['version'])}, phone ${String(row?.['phone'])}`;
      const should = `version ${kept.version}, phone ${String(kept.phone)}`;
      if (is !== should) problems.push(`the customer ${kept.id} has ${is} and should have ${should}`);
    }
  }
  return problems;
}

function isSameCart(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): boolean {
  return (
    left.size === right.size && [...left].every(([variant, quantity]) => right.get(variant) === quantity)
  );
}

function printCart(cart: ReadonlyMap<string, number>): string {
  return JSON.stringify(Object.fromEntries(cart));
}
