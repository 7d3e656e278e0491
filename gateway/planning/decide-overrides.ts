/**
 * Which override labels are on for one request: `percent(N)` by chance, any other by configuration. Knows neither
 * plans nor the supergraph.
 */

export interface OverrideOptions {
  /** The labels that are on; `percent(N)` needs no mention. */
  readonly labels: readonly string[];
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
}

/** Those of the labels that are on. A request gets the same answer for a label however often it asks. */
export type DecideOverrides = (request: object, labels: readonly string[]) => readonly string[];

export function createOverrideDecider({ labels: configured, random }: OverrideOptions): DecideOverrides {
  const decided = new WeakMap<object, Map<string, boolean>>();
  return (request, labels) => {
    if (labels.length === 0) return labels;
    const known = decided.get(request) ?? new Map<string, boolean>();
    decided.set(request, known);
    return labels.filter((label) => {
      const isOn = known.get(label) ?? decide(label);
      known.set(label, isOn);
      return isOn;
    });
  };

  function decide(label: string): boolean {
    const percent = /^percent\((\d+(?:\.\d+)?)\)$/.exec(label)?.[1];
    return percent === undefined ? configured.includes(label) : random() * 100 < Number(percent);
  }
}
