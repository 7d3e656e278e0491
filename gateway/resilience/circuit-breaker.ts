/**
 * Stops calling a system that keeps failing, then lets a single probe find out whether it is back. Time comes in,
 * news goes out through `onChange`. Knows no call, no HTTP and no GraphQL.
 */

import type { BreakerOptions } from '../config/subgraph-options.ts';
import { RollingCount } from './rolling-count.ts';

export const CIRCUIT_STATES = ['closed', 'open', 'half-open'] as const;

export type CircuitState = (typeof CIRCUIT_STATES)[number];

type Circuit =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly probedAtMs: number }
  /** The probe is under way. */
  | { readonly kind: 'half-open' };

/** Leave to make one call; whoever has it says what came of the call, once. */
export interface Entry {
  readonly isProbe: boolean;
}

const CLOSED: Circuit = { kind: 'closed' };
const HALF_OPEN: Circuit = { kind: 'half-open' };
const CALL: Entry = { isProbe: false };
const PROBE: Entry = { isProbe: true };

/** `state` is the new one. */
export type OnCircuitChange = (state: CircuitState, was: CircuitState) => void;

/**
 * It opens when at least `failures` calls of the last `windowMs` have failed and they are at least `percent` of all.
 */
export class CircuitBreaker {
  /** How often each state was entered; only ever grow. */
  readonly changes: Record<CircuitState, number> = { closed: 0, open: 0, 'half-open': 0 };
  readonly #options: BreakerOptions;
  readonly #onChange: OnCircuitChange;
  readonly #calls: RollingCount;
  readonly #failures: RollingCount;
  #circuit: Circuit = CLOSED;

  constructor(options: BreakerOptions, onChange: OnCircuitChange) {
    this.#options = options;
    this.#onChange = onChange;
    this.#calls = new RollingCount(options.windowMs);
    this.#failures = new RollingCount(options.windowMs);
  }

  get state(): CircuitState {
    return this.#circuit.kind;
  }

  /** How long nothing may be called, in milliseconds; 0 where a call may be made. */
  closedForMs(nowMs: number): number {
    const circuit = this.#circuit;
    if (circuit.kind === 'closed') return 0;
    // How long the probe takes nobody knows; not longer than until the next one, if it fails at once.
    return circuit.kind === 'open' ? Math.max(0, circuit.probedAtMs - nowMs) : this.#options.openMs;
  }

  /** Undefined where no call may be made. */
  enter(nowMs: number): Entry | undefined {
    const circuit = this.#circuit;
    if (circuit.kind === 'closed') return CALL;
    if (circuit.kind === 'half-open' || nowMs < circuit.probedAtMs) return undefined;
    this.#become(HALF_OPEN);
    return PROBE;
  }

  succeeded({ isProbe }: Entry, nowMs: number): void {
    if (isProbe) this.#become(CLOSED);
    // What was asked before the circuit opened says nothing about now.
    else if (this.#circuit.kind === 'closed') this.#calls.add(nowMs);
  }

  failed({ isProbe }: Entry, nowMs: number): void {
    const { enabled, failures, percent, openMs } = this.#options;
    if (isProbe) this.#become({ kind: 'open', probedAtMs: nowMs + openMs });
    if (this.#circuit.kind !== 'closed' || !enabled) return;
    this.#calls.add(nowMs);
    this.#failures.add(nowMs);
    const failed = this.#failures.total(nowMs);
    if (failed < failures || failed * 100 < percent * this.#calls.total(nowMs)) return;
    this.#become({ kind: 'open', probedAtMs: nowMs + openMs });
  }

  /** Nobody waited long enough for the end of the call, so nothing is known; after a probe the next call is one. */
  undecided({ isProbe }: Entry, nowMs: number): void {
    if (isProbe) this.#become({ kind: 'open', probedAtMs: nowMs });
  }

  #become(circuit: Circuit): void {
    const was = this.#circuit.kind;
    this.#circuit = circuit;
    this.changes[circuit.kind] += 1;
    this.#calls.clear();
    this.#failures.clear();
    this.#onChange(circuit.kind, was);
  }
}
