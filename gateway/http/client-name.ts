/**
 * Which client program asked, by the headers that GraphQL clients send, made fit for a log and a label. It is what the
 * client says of itself, and proves nothing.
 */

import type { IncomingHttpHeaders } from 'node:http';

export interface ClientName {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

const HARMLESS = /^[\w .@/+:()-]{1,64}$/;
const HARMFUL = /[^\w .@/+:()-]/g;
const LONGEST = 64;

export function clientOf(headers: IncomingHttpHeaders): ClientName {
  return {
    name: harmless(givenName(headers)),
    version: harmless(headers['apollographql-client-version'] ?? headers['graphql-client-version']),
  };
}

/** The name as it came. */
export function givenName(headers: Readonly<Record<string, string | string[] | undefined>>) {
  const name = headers['apollographql-client-name'] ?? headers['graphql-client-name'];
  return typeof name === 'string' ? name : undefined;
}

function harmless(given: string | readonly string[] | undefined): string | undefined {
  if (typeof given !== 'string' || given === '') return undefined;
  return HARMLESS.test(given) ? given : given.slice(0, LONGEST).replace(HARMFUL, '?');
}
