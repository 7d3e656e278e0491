/**
 * What goes wrong in a run, as a function of its seed: the fault of each connection, who is killed when. Knows no
 * socket and no process; the moments at which things happen are the machine's own.
 */

import { seededRandom, type Random } from '../seed/seeded-random.ts';
import type { FaultPlan } from './fault-proxy.ts';
import { NO_FAULT, type Fault } from './fault.ts';

/** What is spoken on a link. Postgres connections greet each other for a few exchanges before the first statement. */
export type LinkKind = 'http' | 'postgres';

export interface Kill {
  /** Which of the company's processes, counted from 0. */
  readonly process: number;
  /** After so many attempts of the clients, and then this much later. */
  readonly afterAttempts: number;
  readonly delayMs: number;
}

/** The name of the link between clients and gateway. */
export const CLIENT_LINK = 'clients';

const HTTP_SHARE = 0.5;
const POSTGRES_SHARE = 0.35;
const LAST_HTTP_EXCHANGE = 6;
const LAST_POSTGRES_EXCHANGE = 40;
const LONGEST_DELAY_MS = 60;

export function planLink(seed: number, link: string, kind: LinkKind): FaultPlan {
  return (connection) => {
    const random = seededRandom(`${seed}/${link}/${connection}`);
    if (kind === 'postgres') return postgresFault(random);
    const fault = httpFault(random);
    // What a client sends twice without a key it wants twice, as far as anybody can tell.
    const isClientTwice = link === CLIENT_LINK && fault.kind === 'duplicate';
    return isClientTwice ? { ...fault, whenAsked: 'idempotency-key' } : fault;
  };
}

/** None up to three. */
export function planKills(seed: number, processes: number, attempts: number): readonly Kill[] {
  const random = seededRandom(`${seed}/kills`);
  return Array.from({ length: random.integer(0, 3) }, () => ({
    process: random.integer(0, processes - 1),
    afterAttempts: random.integer(1, attempts),
    delayMs: random.integer(0, LONGEST_DELAY_MS),
  }));
}

function httpFault(random: Random): Fault {
  if (!random.chance(HTTP_SHARE)) return NO_FAULT;
  const exchange = random.integer(0, LAST_HTTP_EXCHANGE);
  const { afterBytes, direction, faults } = faultsOfAnyProtocol(random, exchange, 400);
  return random.pick<Fault>([
    ...faults,
    { kind: 'drip', exchange, direction, afterBytes, betweenBytesMs: random.pick([1, 1_000]) },
    { kind: 'truncate', exchange, afterBytes },
    { kind: 'cutAnswer', exchange },
    // The decisive one for mutations is worth a second place.
    { kind: 'cutAnswer', exchange },
    { kind: 'duplicate', exchange, twin: random.pick(['first', 'second']) },
  ]);
}

function postgresFault(random: Random): Fault {
  if (!random.chance(POSTGRES_SHARE)) return NO_FAULT;
  const exchange = random.integer(0, LAST_POSTGRES_EXCHANGE);
  const { afterBytes, faults } = faultsOfAnyProtocol(random, exchange, 200);
  return random.pick<Fault>([
    ...faults,
    { kind: 'truncate', exchange, afterBytes },
    { kind: 'cutAnswer', exchange },
    // Between a commit and the word that it was one.
    { kind: 'cutAnswer', exchange, whenAsked: 'commit' },
    { kind: 'stall', exchange, whenAsked: 'commit', direction: 'answer', afterBytes: 0 },
  ]);
}

function faultsOfAnyProtocol(random: Random, exchange: number, mostBytes: number) {
  const afterBytes = random.integer(0, mostBytes);
  const direction = random.pick(['request', 'answer'] as const);
  const faults: readonly Fault[] = [
    { kind: 'refuse', forMs: random.integer(10, 300) },
    { kind: 'slowAccept', forMs: random.integer(10, 300) },
    { kind: 'reset', exchange, direction, afterBytes },
    { kind: 'stall', exchange, direction, afterBytes },
  ];
  return { afterBytes, direction, faults };
}
