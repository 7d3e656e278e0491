/**
 * As whom the console asks: nobody, a role for which this machine gives tokens, or whoever a pasted token names. Tokens
 * stay in this page's memory: never in an address, a cookie or a store. Knows no operation.
 */

import { observableValue } from './observable-value.ts';

export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'role'; readonly role: string; readonly customer?: string }
  | { readonly kind: 'token'; readonly token: string };

export interface OfferedRole {
  readonly name: string;
  /** An example, where the role is one customer's. */
  readonly customer?: string;
}

export interface Offer {
  readonly roles: readonly OfferedRole[];
  /** Something worth asking here. */
  readonly question?: string;
}

/** A token that is nearly over may be over when it arrives. */
const RENEWED_BEFORE_MS = 30_000;

export const caller = observableValue<Caller>({ kind: 'nobody' });

let held: { readonly key: string; readonly token: string; readonly endsAtMs: number } | undefined;

/** What a header and a connection carry; undefined for nobody. Rejects with a sentence where no token can be had. */
export async function authorizationNow(): Promise<string | undefined> {
  const asked = caller.get();
  if (asked.kind === 'nobody') return undefined;
  return `Bearer ${asked.kind === 'token' ? asked.token : await tokenFor(asked)}`;
}

export async function fetchOffer(): Promise<Offer> {
  const response = await fetch('console/roles');
  // Reason for the cast: our own answer.
  return response.ok ? ((await response.json()) as Offer) : { roles: [] };
}

async function tokenFor({ role, customer }: Extract<Caller, { kind: 'role' }>): Promise<string> {
  const body = JSON.stringify({ as: role, ...(customer === undefined ? {} : { customer }) });
  if (held?.key === body && held.endsAtMs - RENEWED_BEFORE_MS > Date.now()) return held.token;
  const response = await fetch('console/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  // Reason for the cast: our own answer, and our own errors.
  const answer = (await response.json()) as {
    readonly token?: string;
    readonly errors?: readonly {
      readonly message: string;
      readonly extensions: { readonly reason?: string };
    }[];
  };
  const [error] = answer.errors ?? [];
  if (answer.token === undefined) throw new Error(error?.extensions.reason ?? error?.message ?? 'No token.');
  held = { key: body, token: answer.token, endsAtMs: endOf(answer.token) };
  return answer.token;
}

/** As the token says (RFC 7519, section 4.1.4); one that says nothing is fetched anew each time. */
function endOf(token: string): number {
  const [, payload = ''] = token.split('.');
  // Reason for the cast: the part of a token that holds its claims.
  const { exp = 0 } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as {
    readonly exp?: number;
  };
  return exp * 1000;
}
