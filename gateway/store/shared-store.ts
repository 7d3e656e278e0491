/**
 * What gateways share: small values that expire, and quotas that are used up within a window of time. The interface
 * alone; where things are kept, and who asks for what, is not known here.
 */

/** So much may be used of what `key` names within a window, which begins with its first use. */
export interface QuotaUse {
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
  /** A whole number; with 0 it is only looked at. */
  readonly amount: number;
}

export interface Standing {
  readonly remaining: number;
  /** Until the window ends and all of the limit is there again. */
  readonly resetMs: number;
}

export interface Taking {
  /** False where any of the quotas has less left than was asked; none of them is used then. */
  readonly isTaken: boolean;
  /** In the order in which they were asked for, as they are now. */
  readonly standings: readonly Standing[];
}

/** `away`: everything is kept in this process until Redis is back. */
export type StoreState =
  { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly state: 'connected' | 'away' };

/**
 * Nothing here rejects, and nothing takes longer than the configured time. A value may be gone before its time, and
 * while Redis is away each process sees its own alone: keep here only what can be had again, under keys that say all
 * of what it was made from.
 */
export interface SharedStore {
  /** Undefined for what is not there, or not any more. */
  get(key: string): Promise<string | undefined>;
  /** `lifetimeMs` is at least 1. */
  set(key: string, value: string, lifetimeMs: number): Promise<void>;
  /** All of them or none, however many ask at the same moment. At once where nothing has to be waited for. */
  take(uses: readonly QuotaUse[]): Taking | Promise<Taking>;
  readonly state: StoreState;
  /** What was kept in this process because Redis was away; only ever grows. */
  readonly fallbacks: number;
  stop(): void;
}
