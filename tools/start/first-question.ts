/**
 * The question that `npm start` shows to a person: one customer, answered by all three systems. Which customer is
 * found by asking the running gateway, so that what is printed has an answer.
 */

import { signDevelopmentToken } from '../development-token.ts';

const ROLE = 'sales';
const CANDIDATES = `{ customers(first: 50) { nodes { number receivable { amount } orders(first: 1) { nodes { billingStatus } } } } }`;

interface Candidate {
  readonly number: string;
  readonly receivable: { readonly amount: string } | null;
  readonly orders: { readonly nodes: readonly { readonly billingStatus: string | null }[] } | null;
}

/** Prints a token; from the same keys, wherever they are. */
export function tokenCommand(environment: NodeJS.ProcessEnv): string {
  const home = environment['TRIBUTARY_HOME'];
  return `${home === undefined || home === '' ? '' : `TRIBUTARY_HOME='${home}' `}npm run -s token -- --as ${ROLE}`;
}

/** A command to paste. Without a customer that all systems know it asks for the first few of them. */
export async function firstQuestion(
  endpoint: string,
  issuerKeysFile: string,
  token: string,
): Promise<string> {
  const number = await findKnownCustomer(endpoint, issuerKeysFile).catch(() => undefined);
  const fields = 'name receivable { amount currency } orders(first: 3) { nodes { number billingStatus } }';
  const query =
    number === undefined
      ? `{ customers(first: 3) { nodes { ${fields} } } }`
      : `query ($number: String!) { customerByNumber(number: $number) { ${fields} } }`;
  const body = JSON.stringify({ query, ...(number === undefined ? {} : { variables: { number } }) });
  return [
    `curl -s ${endpoint} \\`,
    `  -H 'content-type: application/json' \\`,
    `  -H "authorization: Bearer $(${token})" \\`,
    `  -d '${body}'`,
  ].join('\n');
}

async function findKnownCustomer(endpoint: string, issuerKeysFile: string): Promise<string | undefined> {
  const token = await signDevelopmentToken(issuerKeysFile, {
    subject: 'npm start',
    role: ROLE,
    lifetimeMinutes: 1,
  });
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: CANDIDATES }),
    signal: AbortSignal.timeout(10_000),
  });
  // The shape is the query's; where it is not, reading it throws and the general question is shown.
  const answer = (await response.json()) as {
    readonly data: { readonly customers: { readonly nodes: readonly Candidate[] } };
  };
  return answer.data.customers.nodes.find(isKnownEverywhere)?.number;
}

function isKnownEverywhere({ receivable, orders }: Candidate): boolean {
  const hasDebts = receivable !== null && Number(receivable.amount) > 0;
  return hasDebts && orders?.nodes.some(({ billingStatus }) => billingStatus !== null) === true;
}
