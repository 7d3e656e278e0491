/**
 * What an argument may hold, checked where its name is known: zod schemas for the pieces that all systems share,
 * and `parseArguments`, which turns every mistake into one BAD_USER_INPUT error that names the argument.
 */

import { z } from 'zod';

import { isIdOf, type KeyedType } from './global-id.ts';
import { KnownError } from './known-error.ts';

export const LARGEST_PAGE = 100;

const NOT_AN_INSTANT = 'Not an instant such as 2026-03-31T14:05:00Z.';
const NOT_A_COUNTRY = 'Not a country code such as DE (ISO 3166-1 alpha-2).';
const RFC_3339 = /^(?<date>\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A global id of the type. */
export function idOf(type: KeyedType) {
  return z.string().refine((id) => isIdOf(type, id), `Not the id of a ${type}.`);
}

const pageSize = z
  .int()
  .min(1, `At least 1 and at most ${LARGEST_PAGE}.`)
  .max(LARGEST_PAGE, `At least 1 and at most ${LARGEST_PAGE}.`);

/** What every list takes. `after` is checked where the list's order is known. */
export const pageArguments = z.object({ first: pageSize, after: z.string().nullish() });

/** GraphQL's null and nothing mean the same for what narrows a list. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** May be left out or null; both mean that there is none. */
export function orNull<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? null);
}

/** The `version` of a thing that the caller read before changing it. */
export const version = z.int().min(1, 'Versions count from 1.');

/** A day that exists, as text. PostgreSQL knows no year 0. */
export const day = z.iso
  .date({ error: 'Not a day such as 2026-03-31.', abort: true })
  .refine((text) => !text.startsWith('0000'), 'Not a day such as 2026-03-31.');

/** An instant, as a Date. */
export const instant = z
  .string(NOT_AN_INSTANT)
  .refine(isInstant, NOT_AN_INSTANT)
  .transform((text) => new Date(text));

/** The day for itself: JavaScript takes the 30th of February for the 2nd of March. */
function isInstant(text: string): boolean {
  const date = RFC_3339.exec(text)?.groups?.['date'];
  return day.safeParse(date).success && !Number.isNaN(Date.parse(text));
}

/** Text of one line that a person wrote: trimmed, not empty, no control characters. */
export function line(longest: number) {
  return z
    .string('Must be text.')
    .trim()
    .min(1, 'Must not be empty.')
    .max(longest, `At most ${longest} characters.`)
    .refine((value) => !/[\u0000-\u001f\u007f]/.test(value), 'Must not contain control characters.');
}

/** Text of several lines. PostgreSQL cannot keep the character U+0000. */
export function prose(longest: number) {
  return z
    .string()
    .trim()
    .min(1, 'Must not be empty.')
    .max(longest, `At most ${longest} characters.`)
    .refine((value) => !value.includes('\0'), 'Must not contain the character U+0000.');
}

export const searchText = line(100);

export const email = z.email('Not an e-mail address.').max(254, 'At most 254 characters.');

export const address = z.strictObject({
  street: line(200),
  postalCode: line(20),
  city: line(100),
  country: z.string(NOT_A_COUNTRY).regex(/^[A-Z]{2}$/, NOT_A_COUNTRY),
});

export type AddressValue = z.output<typeof address>;

/**
 * Gives the arguments as the schema describes them. Throws BAD_USER_INPUT with the first mistake's `argument` (its
 * path, such as `input.lines.0.quantity`) and `reason`, and all of them under `details.problems`.
 */
export function parseArguments<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    argument: issue.path.join('.'),
    reason: issue.message,
  }));
  const [first] = problems;
  throw new KnownError('BAD_USER_INPUT', {
    ...first,
    ...(problems.length > 1 ? { details: { problems } } : {}),
  });
}
