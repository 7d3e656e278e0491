/**
 * Code that is generated for an operation: V8 finds a name that stands in the code at once, one that is a value it must
 * look up. Names reach the code as JSON strings alone, and values never. Knows no GraphQL.
 */

/**
 * After how many uses. Most operations that are planned are run once or twice; code for those would cost more than it
 * saves. Only tests change it, to look at the one way or the other.
 */
export const inUse = { after: 2 };

/** What `few` gives where there is so much to do that code saves more than it costs even once. */
export const WORTH_CODE = Symbol('worth code');

/**
 * The plain way until it has proven to be in use, then the generated one; still the plain one where there is none. `few`
 * is the plain way as long as it is not worth code. What does little is in use only when it was called `calls` times as often.
 */
export function generatedInUse<Args extends readonly unknown[], Result>(
  plain: (...args: Args) => Result,
  make: () => ((...args: Args) => Result) | undefined,
  few: (...args: Args) => Result | typeof WORTH_CODE = plain,
  calls = 1,
): (...args: Args) => Result {
  let uses = 0;
  let run = (...args: Args): Result => {
    uses += 1;
    const result = uses <= inUse.after * calls ? few(...args) : WORTH_CODE;
    if (result !== WORTH_CODE) return result;
    run = make() ?? plain;
    return run(...args);
  };
  return (...args) => run(...args);
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
