/**
 * Names that clients choose, made fit to be a label: a few of them by name, all others as `other`. Knows no metric.
 */

export const OTHER = 'other';

export interface NameOptions {
  readonly max: number;
  /** The only ones; without it those that come first. */
  readonly only?: readonly string[] | undefined;
}

/** Gives the name itself or `other`; never more than `max` different ones. */
export function boundedNames({ max, only }: NameOptions): (name: string) => string {
  const known = new Set(only?.slice(0, max));
  if (only !== undefined) return (name) => (known.has(name) ? name : OTHER);
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= max) return OTHER;
    known.add(name);
    return name;
  };
}
