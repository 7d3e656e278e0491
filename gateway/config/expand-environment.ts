/**
 * `${NAME}` and `${NAME:-default}` in a config value, replaced from the environment. Works on one value at a time,
 * after the file is parsed, so what a variable holds can never become structure. Knows neither files nor options.
 */

const VARIABLE = /\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^}]*))?\}/g;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Expansion {
  readonly text: string;
  /** Variables without a value and without a default; their place in the text stays as it was. */
  readonly missing: readonly string[];
}

/** As in a shell, an empty variable counts as missing where a default is given. */
export function expandEnvironment(text: string, environment: Environment): Expansion {
  const missing: string[] = [];
  const expanded = text.replace(VARIABLE, (match, name: string, fallback: string | undefined) => {
    const value = environment[name];
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) missing.push(name);
    return value ?? match;
  });
  return { text: expanded, missing };
}
