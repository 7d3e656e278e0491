/**
 * Values of resolvers as JSON that loses nothing: a bigint, a Date and a number that JSON does not know come back as
 * what they were, and the same value always gives the same text, whatever the order of its keys. Knows no GraphQL and no
 * table.
 */

/** Undefined is null, and left out of objects. Throws TypeError for what is not data, such as a function. */
export function writeExact(value: unknown): string {
  return JSON.stringify(encode(value));
}

/** What `writeExact` was given. */
export function readExact(text: string): unknown {
  return decode(JSON.parse(text));
}

function encode(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  // What a client writes as 1e999 is infinite: such an argument is refused as any wrong one, so it must come so far.
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $number: String(value) };
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (value instanceof Date) return { $date: value.toISOString() };
  if (Array.isArray(value)) return value.map(encode);
  if (!isPlain(value)) throw new TypeError(`what is no data cannot be stored: ${typeof value}`);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    fields.toSorted(byName).map(([name, field]) => [name.startsWith('$') ? `$${name}` : name, encode(field)]),
  );
}

function decode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  if ('$bigint' in value) return BigInt(String(value.$bigint));
  if ('$date' in value) return new Date(String(value.$date));
  if ('$number' in value) return Number(value.$number);
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name.startsWith('$') ? name.slice(1) : name,
      decode(field),
    ]),
  );
}

/** Made by braces or without a prototype, by whichever realm. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** By code unit, which is the same on every machine. */
function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
