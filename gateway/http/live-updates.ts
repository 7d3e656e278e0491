/**
 * All live connections of this process: how many there are and may be, what was counted, and how they are sent away
 * when the process ends. Knows neither a transport nor an operation.
 */

import { setTimeout as wait } from 'node:timers/promises';

import { ANONYMOUS, type Principal } from '../../schema/contract/principal.ts';
import { GatewayError } from '../base/gateway-error.ts';
import type { SubscriptionOptions } from '../config/subscription-options.ts';
import { limitExceeded } from '../operation/limit-exceeded.ts';
import { networkOf, type AddressFacts, type ClientAddress } from '../request/client-address.ts';
import { Bulkhead } from '../resilience/bulkhead.ts';
import { SYSTEM_CLOCK } from '../resilience/clock.ts';
import { END_REASONS, type EndReason } from '../subscriptions/ending.ts';

export const TRANSPORTS = ['websocket', 'sse', 'multipart'] as const;

export type Transport = (typeof TRANSPORTS)[number];

export interface LiveConnection {
  readonly transport: Transport;
  /** Tells the client to come back elsewhere. */
  readonly sendAway: () => void;
  /** Without a word. */
  readonly cut: () => void;
}

/** `open` are now; the rest only ever grow. */
export interface TransportCounts {
  connections: number;
  subscriptions: number;
  delivered: number;
  dropped: number;
  readonly ended: Record<EndReason, number>;
}

/** Long enough for others to go first. */
const RETRY_AFTER_MS = 2_000;
/** What is sent away at last still gets its closing words. */
const LAST_WORDS_MS = 300;
const WITHOUT_END_MS = 2_000_000_000;

export class LiveUpdates {
  readonly counts: Readonly<Record<Transport, TransportCounts>> = {
    websocket: none(),
    sse: none(),
    multipart: none(),
  };
  readonly options: SubscriptionOptions;
  readonly #connections = new Set<LiveConnection>();
  readonly #addressOf: ClientAddress;
  /** How many connections each address has; of none where they are not counted. */
  readonly #ofAddresses = new Map<string, number>();
  readonly #ofPrincipals = new Map<string, number>();
  readonly #events: Bulkhead;
  #anonymous = 0;
  #subscriptions = 0;
  #sentAwayUntilMs: number | undefined;

  constructor(options: SubscriptionOptions, addressOf: ClientAddress) {
    this.options = options;
    this.#addressOf = addressOf;
    this.#events = new Bulkhead(
      { maxRunning: options.maxEventsRunning, maxWaiting: options.maxSubscriptions },
      SYSTEM_CLOCK,
    );
  }

  /**
   * Gives for whom one more connection would count; undefined where addresses do not matter. Throws OVERLOADED where
   * there is no room for it, or RATE_LIMITED where its address has too many.
   */
  holdConnections(from: AddressFacts): string | undefined {
    const { maxConnections, maxConnectionsPerAddress: maximum } = this.options;
    if (this.#connections.size >= maxConnections) throw overloaded();
    if (maximum === undefined) return undefined;
    const network = networkOf(this.#addressOf(from));
    const value = (this.#ofAddresses.get(network) ?? 0) + 1;
    const details = { limit: 'subscriptions.maxConnectionsPerAddress', value, maximum };
    if (value > maximum) throw new GatewayError('RATE_LIMITED', { details, retryAfterMs: retryAfterMs() });
    return network;
  }

  /** Gives what is called when the connection is gone. Throws as `holdConnections` does. */
  connect(connection: LiveConnection, from: AddressFacts): () => void {
    const network = this.holdConnections(from);
    const counts = this.counts[connection.transport];
    this.#connections.add(connection);
    counts.connections += 1;
    if (network !== undefined) add(this.#ofAddresses, network, 1);
    if (this.#sentAwayUntilMs !== undefined) void this.#sendAway(connection, this.#sentAwayUntilMs);
    return () => {
      if (!this.#connections.delete(connection)) return;
      counts.connections -= 1;
      if (network !== undefined) add(this.#ofAddresses, network, -1);
    };
  }

  /** Gives what is called when the subscription is over. Throws LIMIT_EXCEEDED or OVERLOADED. */
  subscribe(transport: Transport, { subject }: Principal): (ended: EndReason) => void {
    const { maxSubscriptions, maxPerPrincipal, maxAnonymous } = this.options;
    if (this.#subscriptions >= maxSubscriptions) throw overloaded();
    const isAnonymous = subject === ANONYMOUS.subject;
    const own = this.#ofPrincipals.get(subject) ?? 0;
    if (isAnonymous && this.#anonymous >= maxAnonymous) throw overloaded();
    if (!isAnonymous && own >= maxPerPrincipal)
      throw limitExceeded('subscriptions.maxPerPrincipal', own + 1, maxPerPrincipal);
    this.#count(subject, isAnonymous, 1);
    this.counts[transport].subscriptions += 1;
    return (ended) => {
      this.#count(subject, isAnonymous, -1);
      this.counts[transport].subscriptions -= 1;
      this.counts[transport].ended[ended] += 1;
    };
  }

  /** Waits for its turn to resolve one event, and gives what ends the turn. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (!this.#events.tryEnter()) {
      const deadlineMs = SYSTEM_CLOCK.nowMs() + WITHOUT_END_MS;
      const admission = await this.#events.wait({ signal, deadlineMs });
      if (admission !== 'admitted') return () => undefined;
    }
    return () => this.#events.leave();
  }

  /** Sends all away, one by one within the time, so that they do not all come back together; then none is left. */
  async sendAway(withinMs: number): Promise<void> {
    const untilMs = performance.now() + withinMs;
    this.#sentAwayUntilMs = untilMs;
    await Promise.all([...this.#connections].map((connection) => this.#sendAway(connection, untilMs)));
    // Who has come meanwhile has a turn as well.
    while (this.#connections.size > 0 && performance.now() < untilMs) await wait(LAST_WORDS_MS / 10);
    if (this.#connections.size > 0) await wait(LAST_WORDS_MS);
    for (const connection of this.#connections) connection.cut();
  }

  async #sendAway(connection: LiveConnection, untilMs: number): Promise<void> {
    await wait(Math.random() * Math.max(0, untilMs - performance.now()));
    if (this.#connections.has(connection)) connection.sendAway();
  }

  #count(subject: string, isAnonymous: boolean, by: 1 | -1): void {
    this.#subscriptions += by;
    if (isAnonymous) this.#anonymous += by;
    else add(this.#ofPrincipals, subject, by);
  }
}

function none(): TransportCounts {
  // Reason for the cast: every reason is a key.
  const ended = Object.fromEntries(END_REASONS.map((reason) => [reason, 0])) as Record<EndReason, number>;
  return { connections: 0, subscriptions: 0, delivered: 0, dropped: 0, ended };
}

/** Whoever has none takes no room. */
function add(counts: Map<string, number>, whose: string, by: 1 | -1): void {
  const now = (counts.get(whose) ?? 0) + by;
  if (now === 0) counts.delete(whose);
  else counts.set(whose, now);
}

function overloaded(): GatewayError {
  return new GatewayError('OVERLOADED', { retryAfterMs: retryAfterMs() });
}

function retryAfterMs(): number {
  return Math.ceil(RETRY_AFTER_MS * (0.5 + Math.random()));
}
