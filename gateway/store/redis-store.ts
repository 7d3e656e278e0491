/**
 * The store in Redis, with this process's memory in its place while Redis is away, so that nothing waits for it and
 * nothing fails with it. Says once that it is away and once that it is back, which it finds out also where nobody asks.
 * Knows no Redis command.
 */

import { CircuitBreaker, type CircuitState, type Entry } from '../resilience/circuit-breaker.ts';
import type { Clock } from '../resilience/clock.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { MemoryStore } from './memory-store.ts';
import { RedisCommands, reasonOf, type RedisOptions } from './redis-commands.ts';
import type { QuotaUse, SharedStore, StoreState, Taking } from './shared-store.ts';

export interface RedisStoreParts {
  readonly log: Logger;
  readonly clock: Clock;
}

/**
 * A Redis that is there and does not answer is left alone for a second. The time looked back on is short, so that many
 * answers of a moment ago do not make many wait.
 */
const BREAKER = { enabled: true, failures: 3, percent: 20, windowMs: 1_000, openMs: 1_000 };

export class RedisStore implements SharedStore {
  fallbacks = 0;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #memory: MemoryStore;
  readonly #redis: RedisCommands;
  readonly #breaker = new CircuitBreaker(BREAKER, (state) => this.#onCircuit(state));
  #told: 'connecting' | 'connected' | 'away' = 'connecting';
  #because = '';
  #isStopped = false;
  #endWait: () => void = () => undefined;

  private constructor(options: RedisOptions, { log, clock }: RedisStoreParts) {
    this.#log = log;
    this.#clock = clock;
    this.#memory = new MemoryStore(clock);
    this.#redis = new RedisCommands(options, {
      onReady: () => this.#tell(),
      onAway: (because) => this.#away(because),
    });
  }

  /** When the first attempt to connect has ended, one way or the other. Throws StartRefused as RedisCommands does. */
  static async connect(options: RedisOptions, parts: RedisStoreParts): Promise<RedisStore> {
    const store = new RedisStore(options, parts);
    await store.#redis.connect();
    return store;
  }

  get state(): StoreState {
    return { kind: 'redis', state: this.#isThere ? 'connected' : 'away' };
  }

  get(key: string): Promise<string | undefined> {
    return this.#ask(
      () => this.#redis.get(key),
      () => this.#memory.get(key),
    );
  }

  set(key: string, value: string, lifetimeMs: number): Promise<void> {
    return this.#ask(
      () => this.#redis.set(key, value, lifetimeMs),
      () => this.#memory.set(key, value, lifetimeMs),
    );
  }

  take(uses: readonly QuotaUse[]): Promise<Taking> {
    return this.#ask(
      () => this.#redis.take(uses),
      () => this.#memory.take(uses),
    );
  }

  stop(): void {
    this.#isStopped = true;
    this.#endWait();
    this.#redis.stop();
  }

  get #isThere(): boolean {
    return this.#redis.isReady && this.#breaker.state === 'closed';
  }

  async #ask<Answer>(redis: () => Promise<Answer>, memory: () => Answer | Promise<Answer>): Promise<Answer> {
    const entry = this.#entry();
    if (entry !== undefined) {
      try {
        const answer = await redis();
        this.#breaker.succeeded(entry, this.#clock.nowMs());
        return answer;
      } catch (error) {
        this.#failed(entry, error);
      }
    }
    this.fallbacks += 1;
    return memory();
  }

  #entry(): Entry | undefined {
    return this.#redis.isReady ? this.#breaker.enter(this.#clock.nowMs()) : undefined;
  }

  #failed(entry: Entry, error: unknown): void {
    this.#because = reasonOf(error);
    this.#breaker.failed(entry, this.#clock.nowMs());
  }

  #onCircuit(state: CircuitState): void {
    this.#tell();
    this.#endWait();
    if (state === 'open') this.#look();
  }

  /** Whoever shows whether Redis is there would wait for somebody to ask it; so while the circuit is open it is asked. */
  #look(): void {
    if (this.#isStopped) return;
    this.#endWait = this.#clock.after(BREAKER.openMs, () => {
      const entry = this.#entry();
      // There is no connection, which is made by itself, or somebody asks already.
      if (entry === undefined) this.#look();
      else void this.#probe(entry);
    });
  }

  async #probe(entry: Entry): Promise<void> {
    try {
      await this.#redis.probe();
      this.#breaker.succeeded(entry, this.#clock.nowMs());
    } catch (error) {
      this.#failed(entry, error);
    }
  }

  #away(because: string): void {
    // That the connection is closed says less than why.
    if (this.#told !== 'away' && because !== 'closed') this.#because = because;
    this.#tell();
  }

  #tell(): void {
    const now = this.#isThere ? 'connected' : 'away';
    if (now === this.#told || this.#isStopped) return;
    this.#told = now;
    if (now === 'connected') this.#log.info('shared store connected');
    else
      this.#log.warn(
        { because: this.#because || 'closed' },
        'shared store away; kept in memory until it is back',
      );
    this.#because = '';
  }
}
