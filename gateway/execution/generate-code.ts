/**
 * Code that is generated for an operation: V8 finds a name that stands in the code at once, one that is a value it must
 * look up. Names reach the code as JSON strings alone, and values never. Knows no GraphQL.
 */

/** Most operations that are planned are run once; code for those would cost more than it saves. */
const USES_BEFORE = 2;

/** Tells at each use whether it has proven to be in use. */
export function countUses(): () => boolean {
  let uses = 0;
  return () => {
    uses += 1;
    return uses > USES_BEFORE;
  };
}

/**
 * What the source returns, which sees what is in the scope by its names. Undefined where the process may not generate
 * code.
 */
export function generate(source: string, scope: Readonly<Record<string, unknown>> = {}): unknown {
  try {
    // Reason for the cast: a function of any arguments is what the constructor gives.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- names are quoted and values never reach the code
    const make = new Function(...Object.keys(scope), `'use strict';\n${source}`) as (
      ...scope: readonly unknown[]
    ) => unknown;
    return make(...Object.values(scope));
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

/** Reads a key of the object in the variable. Only what stands in it itself counts, whatever its prototype has. */
export function readCode(variable: string, key: string): string {
  const name = JSON.stringify(key);
  const read = `${variable}[${name}]`;
  return isInherited(key) ? `(Object.hasOwn(${variable}, ${name}) ? ${read} : undefined)` : read;
}

/** Whether every object has the name from its prototype. */
export function isInherited(key: string): boolean {
  return key in Object.prototype;
}
