/**
 * The store's questions as Redis commands, over one connection that comes back by itself. A question that is not
 * answered in time rejects; what to do then is not known here.
 */

import { Redis } from 'ioredis';

import { readAuthorities } from '../../schema/contract/read-authorities.ts';
import { isRecord } from '../base/is-record.ts';
import { StartRefused } from '../base/start-refused.ts';
import type { Config } from '../config/options.ts';
import { backoffMs } from '../resilience/backoff.ts';
import type { QuotaUse, Taking } from './shared-store.ts';

export type RedisOptions = Config['store'] & { readonly redisUrl: string };

/** What of the connection is news; `because` is a code, never an address with a password. */
export interface ConnectionNews {
  readonly onReady: () => void;
  readonly onAway: (because: string) => void;
}

const CONNECT_TIMEOUT_MS = 2_000;
/** Nothing was heard for so long although something was asked: the connection is made anew. */
const SILENCE_MS = 2_000;
const RECONNECT = { baseMs: 200, maxMs: 5_000 };
/** Full jitter may be nothing at all. */
const SHORTEST_PAUSE_MS = 20;

/**
 * For each key: its amount, its limit, its window. First all are read, then all are used or none: a script runs
 * alone. Time is Redis's own, so that gateways need not agree on it; where that was set back, or windows are shorter than
 * they were, what would last longer than a window is over.
 */
const TAKE = `
  local found, isTaken = {}, 1
  for i, key in ipairs(KEYS) do
    local amount, limit, window = tonumber(ARGV[3*i-2]), tonumber(ARGV[3*i-1]), tonumber(ARGV[3*i])
    local left = redis.call('PTTL', key)
    local used = 0
    if left < 0 or left > window then left = window else used = tonumber(redis.call('GET', key)) end
    if amount > 0 and used + amount > limit then isTaken = 0 end
    found[2*i-1], found[2*i] = used, left
  end
  if isTaken == 0 then return { 0, unpack(found) } end
  for i, key in ipairs(KEYS) do
    local amount = tonumber(ARGV[3*i-2])
    if amount > 0 then
      if found[2*i-1] == 0 then redis.call('SET', key, amount, 'PX', ARGV[3*i])
      else redis.call('INCRBY', key, amount) end
      found[2*i-1] = found[2*i-1] + amount
    end
  end
  return { 1, unpack(found) }`;

export class RedisCommands {
  readonly #redis: Redis;
  readonly #options: RedisOptions;
  #isElsewhere = false;

  /** Not yet connected. Throws StartRefused where the file of authorities cannot be read. */
  constructor(options: RedisOptions, { onReady, onAway }: ConnectionNews) {
    const { redisUrl, keyPrefix, caFile } = options;
    this.#options = options;
    this.#redis = new Redis(redisUrl, {
      lazyConnect: true,
      keyPrefix,
      protocol: 2,
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_MS,
      // A connection that is closed already is waited for as well, and would hold up the end of the process.
      disconnectTimeout: 100,
      // Whoever asks does not wait for a connection.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => SHORTEST_PAUSE_MS + backoffMs(RECONNECT, attempt, Math.random),
      scripts: { take: { lua: TAKE } },
      ...(caFile === undefined ? {} : { tls: { ca: authoritiesIn(caFile) } }),
    });
    this.#redis.on('ready', onReady);
    this.#redis.on('connect', () => (this.#isElsewhere = false));
    this.#redis.on('error', (error: unknown) => {
      // The library goes on in the first database then, which may be somebody else's.
      if (isRefusedDatabase(error)) this.#isElsewhere = true;
      onAway(reasonOf(error));
    });
    this.#redis.on('close', () => onAway('closed'));
  }

  /** Settles when the first attempt has; later ones are made by themselves. */
  async connect(): Promise<void> {
    // What went wrong is news, and told as such.
    await this.#redis.connect().catch(() => undefined);
  }

  get isReady(): boolean {
    return this.#redis.status === 'ready' && !this.#isElsewhere;
  }

  /** Whether it takes what is written: a replica and a full one answer everything else. */
  async probe(): Promise<void> {
    try {
      await this.set('probe', '', 1_000);
    } catch (error) {
      // It was the primary and is one no more, and its name may lead to another by now.
      if (reasonOf(error).startsWith('READONLY')) this.#redis.disconnect(true);
      throw error;
    }
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#inTime(this.#redis.get(key))) ?? undefined;
  }

  async set(key: string, value: string, lifetimeMs: number): Promise<void> {
    await this.#inTime(this.#redis.set(key, value, 'PX', Math.ceil(lifetimeMs)));
  }

  async take(uses: readonly QuotaUse[]): Promise<Taking> {
    const keys = uses.map(({ key }) => key);
    const demands = uses.flatMap(({ amount, limit, windowMs }) => [amount, limit, windowMs]);
    // Reason for the cast: the library does not know what a script adds to it.
    const redis = this.#redis as Redis & { take(...given: unknown[]): Promise<number[]> };
    const [isTaken, ...found] = await this.#inTime(redis.take(keys.length, ...keys, ...demands));
    const standings = uses.map(({ limit }, index) => ({
      remaining: Math.max(0, limit - (found[2 * index] ?? 0)),
      resetMs: found[2 * index + 1] ?? 0,
    }));
    return { isTaken: isTaken === 1, standings };
  }

  stop(): void {
    this.#redis.disconnect();
  }

  /** What is asked within one turn of the event loop goes out together, so a timer each is what it costs. */
  #inTime<Answer>(asked: Promise<Answer>): Promise<Answer> {
    const { timeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      // A process that was busy itself sees its timers before the answers that came meanwhile: those are read first.
      const giveUp = () => setImmediate(() => reject(new Error('timed out')));
      const timer = setTimeout(giveUp, timeoutMs);
      asked.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

function isRefusedDatabase(error: unknown): boolean {
  return isRecord(error) && isRecord(error['command']) && error['command']['name'] === 'select';
}

function authoritiesIn(caFile: string): ReturnType<typeof readAuthorities> {
  try {
    return readAuthorities(caFile);
  } catch (error) {
    throw new StartRefused([`store.caFile cannot be used (${reasonOf(error)}).`]);
  }
}

/** A code where there is one; of Redis's own sentences the beginning, such as WRONGPASS. */
export function reasonOf(error: unknown): string {
  if (!isRecord(error)) return 'unknown';
  const { code, message } = error;
  return typeof code === 'string' ? code : String(message).slice(0, 60);
}
