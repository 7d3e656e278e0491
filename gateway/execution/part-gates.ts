/**
 * When the parts of an answer may be written: each waits for the fetches of its fragment, and parts that wait for the
 * same fetches open together. Knows no data.
 */

import type { LaterRun } from './defer-schedule.ts';
import type { PartExplainer } from './explain-parts.ts';

export interface Gate {
  /** Never rejects. */
  readonly opened: Promise<void>;
  isOpen: boolean;
  /** What went wrong in the gateway itself. */
  fault: unknown;
}

export class PartGates {
  readonly #later: ReadonlyMap<string, LaterRun>;
  readonly #explainer: PartExplainer;
  readonly #gates = new Map<string, Gate>();
  readonly #added = new Set<LaterRun>();

  constructor(later: ReadonlyMap<string, LaterRun>, explainer: PartExplainer) {
    this.#later = later;
    this.#explainer = explainer;
  }

  /** `names` are labels of the planned document; the fragments around them are done. */
  gateOf(names: readonly string[]): Gate {
    const key = names.join(' ');
    const known = this.#gates.get(key);
    if (known !== undefined) return known;
    const gate: Gate = { opened: this.#open(names, key), isOpen: false, fault: undefined };
    this.#gates.set(key, gate);
    return gate;
  }

  async #open(names: readonly string[], key: string): Promise<void> {
    // A fragment for which the plan has nothing apart came with what is around it.
    const runs = names.flatMap((name) => this.#later.get(name) ?? []);
    const [failed] = (await Promise.allSettled(runs.map(({ done }) => done))).filter(
      ({ status }) => status === 'rejected',
    );
    for (const run of runs) this.#read(run);
    const gate = this.#gates.get(key);
    if (gate === undefined) return;
    gate.isOpen = true;
    if (failed?.status === 'rejected') gate.fault = failed.reason ?? new Error('rejected');
  }

  #read(later: LaterRun): void {
    if (this.#added.has(later)) return;
    this.#added.add(later);
    this.#explainer.add(later.run);
  }
}
