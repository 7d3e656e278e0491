/**
 * Counts what was compared and what differed, by executor and kind of difference, with the shortest example of each.
 * Knows no executor and judges nothing.
 */

import type { ExecutorVerdict, Verdict } from './trial.ts';

const EXECUTORS = ['compiled', 'apollo', 'bareApollo'] as const;
type Executor = (typeof EXECUTORS)[number];

const NAMES: Readonly<Record<Executor, string>> = {
  compiled: 'the compiled engine',
  apollo: 'the second engine',
  bareApollo: 'bare Apollo',
};

export class DifferenceCount {
  supergraphs = 0;
  leftToApollo = 0;
  /** Operations that could not be planned in time. */
  tooLong = 0;
  #healthy = 0;
  #exact = 0;
  readonly #asked = new Set<Executor>();
  readonly #faults = new Map<string, number>();
  readonly #differing = new Map<Executor, number>();
  readonly #classes = new Map<string, number>();
  readonly #shortest = new Map<string, ExecutorVerdict & { readonly supergraph: string }>();

  add(supergraph: string, verdict: Verdict): void {
    const kind = verdict.fault?.kind;
    if (kind === undefined) this.#healthy += 1;
    else this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + 1);
    if (kind !== undefined && verdict.isExact) this.#exact += 1;
    for (const executor of EXECUTORS) {
      const answered = verdict[executor];
      if (answered === undefined) continue;
      this.#asked.add(executor);
      this.#addOf(executor, supergraph, answered, kind);
    }
  }

  #addOf(executor: Executor, supergraph: string, verdict: ExecutorVerdict, kind = 'no'): void {
    if (verdict.differences.length === 0) return;
    this.#differing.set(executor, (this.#differing.get(executor) ?? 0) + 1);
    for (const difference of verdict.differences) {
      const name = `${NAMES[executor]}, ${kind} fault: ${difference}`;
      this.#classes.set(name, (this.#classes.get(name) ?? 0) + 1);
      const known = this.#shortest.get(name);
      if (known === undefined || known.query.length > verdict.query.length)
        this.#shortest.set(name, { ...verdict, supergraph });
    }
  }

  summary(seed: number): string {
    const faulty = [...this.#faults.values()].reduce((sum, each) => sum + each, 0);
    const kinds = [...this.#faults].map(([kind, count]) => `${count} ${kind}`).join(', ');
    const differing = [...this.#asked].map(
      (each) => `${NAMES[each]} differs in ${this.#differing.get(each) ?? 0}`,
    );
    return [
      ...[...this.#classes]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, count]) => `  ${count} × ${name}`),
      `differential: ${this.supergraphs} supergraphs, ${this.#healthy} operations, each again with up to two faults: ` +
        `${faulty} (${kinds}), in ${this.#exact} of which only one answer is right; seed ${seed}; ` +
        `${differing.join(', ')}; ${this.leftToApollo} left to the second engine, ` +
        `${this.tooLong} not planned in time`,
    ].join('\n');
  }

  examples(): string {
    return [...this.#shortest]
      .map(([name, { supergraph, query, variables, fault, answer, expected, differences }]) => {
        const said = typeof answer === 'string' ? answer : `${answer.text} ${JSON.stringify(answer.errors)}`;
        const right = `${expected.most.text} ${JSON.stringify(expected.most.errors)}`;
        return [
          `## ${name} (${supergraph}; ${differences.join(', ')})`,
          `${query} ${JSON.stringify(variables)}`,
          `fault: ${fault}`,
          `said:  ${said}`,
          `right: ${right}`,
        ].join('\n');
      })
      .join('\n\n');
  }
}
