/**
 * How deep and how many values the variables of a request are. Knows no types.
 */

import { holdTo } from './limit-exceeded.ts';

export interface ValueLimits {
  readonly maxVariableDepth: number;
  readonly maxVariableValues: number;
}

/** Throws LIMIT_EXCEEDED at the first value too many or too deep; `variables` is JSON. */
export function checkValues(variables: unknown, { maxVariableDepth, maxVariableValues }: ValueLimits): void {
  let values = 0;
  // Level by level: what nests deeper than the stack must not break it.
  let level = childrenOf(variables);
  for (let depth = 0; level.length > 0; depth += 1) {
    holdTo('maxVariableValues', (values += level.length), maxVariableValues);
    level = level.flatMap(childrenOf);
    if (level.length > 0) holdTo('maxVariableDepth', depth + 1, maxVariableDepth);
  }
}

function childrenOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value) ? value : Object.values(value);
}
