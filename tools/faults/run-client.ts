/**
 * One client of a fault run: writes one thing after another and repeats each until it is told what came of it, as a
 * careful program would that has nothing but the contract. Knows no fault and no process.
 */

import { setTimeout as pause } from 'node:timers/promises';

import type { Random } from '../seed/seeded-random.ts';
import type { ClientModel } from './client-model.ts';
import type { Habit, Outcome, Write } from './journal.ts';
import { sendWrite } from './send-write.ts';
import type { WriteName } from './write-kinds.ts';

export interface ClientSetup {
  /** Its writes' texts begin with it. */
  readonly name: string;
  readonly url: string;
  readonly writes: number;
  readonly model: ClientModel;
  readonly random: Random;
  readonly tokenFor: (write: WriteName) => Promise<string>;
  readonly timeoutMs: number;
  /** Heard before each attempt. */
  readonly onAttempt: () => void;
  /** No write begins any more, and none is repeated. */
  readonly giveUp: AbortSignal;
}

const KEYLESS_SHARE = 0.3;
/** Whoever lost sight of these could not go on: the next write builds on them. */
const ALWAYS_KEYED: ReadonlySet<WriteName> = new Set(['setCartLine', 'placeOrder', 'updateCustomer']);

/** Gives all that it has sent. */
export async function runClient(setup: ClientSetup): Promise<readonly Write[]> {
  const { name, writes, model, random, giveUp } = setup;
  const journal: Write[] = [];
  for (let number = 1; number <= writes && !giveUp.aborted; number++) {
    const id = `${name}-${number}.`;
    const next = model.next(id);
    const write: Write = { id, ...next, habit: habitFor(next.name, random), outcomes: [] };
    journal.push(write);
    await writeUntilTold(write, setup);
    const last = write.outcomes.at(-1);
    if (last?.kind === 'done') model.take(write, last.answer);
    else model.forget(write);
    if (last?.kind === 'refused') await emptyCart(journal, setup);
  }
  return journal;
}

function habitFor(name: WriteName, random: Random): Habit {
  return random.chance(KEYLESS_SHARE) && !ALWAYS_KEYED.has(name) ? 'keyless' : 'keyed';
}

async function writeUntilTold(write: Write, setup: ClientSetup): Promise<void> {
  const { giveUp, random, timeoutMs, onAttempt, url } = setup;
  const token = await setup.tokenFor(write.name);
  let key = write.habit === 'keyed' ? `key-${write.id}` : undefined;
  for (;;) {
    onAttempt();
    const outcome = await sendWrite(write, { url, token, key, timeoutMs });
    write.outcomes.push(outcome);
    key ??= keyIn(outcome);
    if (isTold(outcome, key) || giveUp.aborted) return;
    await pause(random.integer(20, 250));
  }
}

/** What has no key and may have taken effect cannot be repeated. */
function isTold(outcome: Outcome, key: string | undefined): boolean {
  return (
    outcome.kind === 'done' || outcome.kind === 'refused' || (outcome.kind === 'unknown' && key === undefined)
  );
}

function keyIn(outcome: Outcome): string | undefined {
  return outcome.kind === 'unknown' ? outcome.key : undefined;
}

/** An order that the shelves cannot fill would be refused for ever. */
async function emptyCart(journal: Write[], setup: ClientSetup): Promise<void> {
  const { model, name } = setup;
  if (journal.at(-1)?.name !== 'placeOrder') return;
  for (const variantId of [...model.cart.keys()]) {
    const input = { customerId: model.customerId, variantId, quantity: 0 };
    const write: Write = {
      id: `${name}-e${journal.length}.`,
      name: 'setCartLine',
      input,
      habit: 'keyed',
      outcomes: [],
    };
    journal.push(write);
    await writeUntilTold(write, setup);
    const last = write.outcomes.at(-1);
    if (last?.kind === 'done') model.take(write, last.answer);
  }
}
