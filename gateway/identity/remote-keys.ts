/**
 * The public keys of an issuer that serves them at an address: fetched when they are first needed, again when they are
 * old or a token names a key that they do not hold, but never more often than the issuer can bear. Knows no HTTP.
 */

import { errors, type JWTVerifyGetKey } from 'jose';

import { GatewayError } from '../base/gateway-error.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';

export interface RemoteKeys {
  readonly issuer: string;
  /** Rejects where the keys cannot be had. */
  readonly fetchKeys: () => Promise<JWTVerifyGetKey>;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
  readonly log: Logger;
}

const MAX_AGE_MS = 10 * 60_000;
/** Between two fetches, whatever unknown keys tokens name: who sends made-up ones must not reach the issuer. */
const COOLDOWN_MS = 30_000;
/** Without any keys nobody can sign in, so it is tried again sooner. */
const COOLDOWN_WITHOUT_KEYS_MS = 1_000;

const OLD_ONES_STAY = 'keys of an issuer could not be fetched; the last good ones stay';
const NOBODY_SIGNS_IN = 'keys of an issuer could not be fetched; its tokens cannot be checked';

/** Rejects with IDENTITY_UNAVAILABLE while there are no keys at all; a later failure keeps the last good ones. */
export function createRemoteKeys({ issuer, fetchKeys, nowMs, log }: RemoteKeys): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  let fetchedAtMs = Number.NEGATIVE_INFINITY;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let running: Promise<void> | undefined;

  async function fetchNow(): Promise<void> {
    triedAtMs = nowMs();
    try {
      keys = await fetchKeys();
      fetchedAtMs = nowMs();
    } catch (error) {
      failure = error;
      const facts = { issuer, cause: describeError(error), hasKeys: keys !== undefined };
      log.error(facts, keys === undefined ? NOBODY_SIGNS_IN : OLD_ONES_STAY);
    } finally {
      running = undefined;
    }
  }

  /** Joins a fetch that runs; does nothing within the cooldown. */
  async function refresh(): Promise<void> {
    const cooldownMs = keys === undefined ? COOLDOWN_WITHOUT_KEYS_MS : COOLDOWN_MS;
    if (running === undefined && nowMs() - triedAtMs < cooldownMs) return;
    await (running ??= fetchNow());
  }

  async function present(): Promise<JWTVerifyGetKey> {
    if (keys === undefined) await refresh();
    // Nobody waits for the fetch of keys that are only old.
    else if (nowMs() - fetchedAtMs > MAX_AGE_MS) void refresh();
    if (keys === undefined)
      throw new GatewayError('IDENTITY_UNAVAILABLE', { retryAfterMs: COOLDOWN_WITHOUT_KEYS_MS }, failure);
    return keys;
  }

  return async (header, token) => {
    const known = await present();
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      const latest = await present();
      if (latest === known) throw error;
      return latest(header, token);
    }
  };
}
