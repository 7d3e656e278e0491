/**
 * `npm run -s token -- --as <role>`: prints a token of the development issuer and nothing else.
 */

import { ROLES, isRole, type Role } from '../schema/contract/principal.ts';
import { customerIdOf } from '../subgraphs/kit/global-id.ts';
import { CommandRefused } from './command-refused.ts';
import { provideDevelopmentKeys } from './development-keys.ts';
import { signDevelopmentToken, type TokenClaims } from './development-token.ts';
import { readFlags } from './read-options.ts';
import { stateFolder } from './state/state-folder.ts';

const USAGE =
  'npm run -s token -- --as <role> [--customer <number>] [--subject <name>] [--lifetime-minutes <minutes>]';
const OPTIONS = {
  as: { type: 'string' },
  customer: { type: 'string' },
  subject: { type: 'string' },
  'lifetime-minutes': { type: 'string' },
} as const;
const DEFAULT_LIFETIME_MINUTES = '720';
const CUSTOMER_NUMBER = /^C-\d{5,9}$/;

export async function run(args: readonly string[]): Promise<void> {
  const claims = readClaims(args);
  const keys = await provideDevelopmentKeys(stateFolder());
  process.stdout.write(`${await signDevelopmentToken(keys.issuer, claims)}\n`);
}

/** @throws CommandRefused that names what may be given instead. */
export function readClaims(args: readonly string[]): TokenClaims {
  return claimsFor(readFlags(args, OPTIONS, USAGE));
}

export interface AskedToken {
  readonly as?: string;
  readonly customer?: string;
  readonly subject?: string;
  readonly 'lifetime-minutes'?: string;
}

/** @throws CommandRefused that names what may be given instead. */
export function claimsFor(values: AskedToken): TokenClaims {
  const role = readRole(values.as);
  const customerId = readCustomer(role, values.customer);
  return {
    role,
    subject:
      values.subject ??
      (values.customer === undefined ? `${role}@tributary.example` : `customer-${values.customer}`),
    lifetimeMinutes: readLifetime(values['lifetime-minutes'] ?? DEFAULT_LIFETIME_MINUTES),
    ...(customerId === undefined ? {} : { customerId }),
  };
}

function readRole(given: string | undefined): Role {
  if (given !== undefined && isRole(given)) return given;
  const problem = given === undefined ? 'Say for which role with --as' : `There is no role "${given}"`;
  throw new CommandRefused(`${problem}; the roles are ${Object.keys(ROLES).join(', ')}.`);
}

/** The id follows from the number alone, so that a token can be made while nothing runs. */
function readCustomer(role: Role, number: string | undefined): string | undefined {
  if (role !== 'customer') {
    if (number === undefined) return undefined;
    throw new CommandRefused('--customer goes only with --as customer.');
  }
  if (number !== undefined && CUSTOMER_NUMBER.test(number)) return customerIdOf(number);
  const problem =
    number === undefined ? 'Say which customer with --customer' : `"${number}" is not a customer number`;
  throw new CommandRefused(`${problem}; one looks like C-10042.`);
}

function readLifetime(given: string): number {
  if (/^\d{1,6}$/.test(given) && Number(given) > 0) return Number(given);
  throw new CommandRefused(`"${given}" is not a lifetime in whole minutes from 1 to 999999.`);
}
