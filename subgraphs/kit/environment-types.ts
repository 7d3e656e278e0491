/**
 * The types that variables of subgraphs and workers share, each with a sentence about what is none. Knows no variable.
 */

import { z } from 'zod';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const PORT = 'must be a port number';

export const host = z.string().min(1, 'must name a host').default('127.0.0.1');
export const logLevel = z.enum(LEVELS, `must be one of ${LEVELS.join(', ')}`).default('info');
export const port = z.number(PORT).int(PORT).min(0, PORT).max(65_535, PORT);
export const httpUrl = (says: string) => z.url({ protocol: /^https?$/, error: says });

/** One that the driver can read, too: it would say so at each attempt to connect, and never at the start. */
export const postgresUrl = (missing: string) =>
  z
    .string(missing)
    .refine((url) => /^postgres(ql)?:\/\//.test(url) && URL.canParse(url), 'must be a postgres:// URL');

/** A number in digits: an empty variable, which a conversion would take for 0, is a mistake. */
export function inDigits<Kind extends z.ZodType>(kind: Kind) {
  return z.preprocess((given) => (isDigits(given) ? Number(given) : given), kind);
}

function isDigits(given: unknown): boolean {
  return typeof given === 'string' && /^-?\d+(?:\.\d+)?$/.test(given);
}
