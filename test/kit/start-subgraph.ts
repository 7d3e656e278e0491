/**
 * A real subgraph on a database of its own, asked as the gateway asks: with a signed caller proof for any
 * principal. Counts the SQL statements of each question. Knows no system.
 */

import { randomBytes, randomUUID } from 'node:crypto';

import { exportJWK, generateKeyPair, SignJWT, createLocalJWKSet, type CryptoKey } from 'jose';
import { pino } from 'pino';

import {
  CALLER_TOKEN_ALGORITHM,
  CALLER_TOKEN_ISSUER,
  CALLER_TOKEN_LIFETIME_S,
  claimsOfPrincipal,
} from '../../schema/contract/caller-token.ts';
import { unchanging } from '../../schema/contract/follow-files.ts';
import { signMessage, type SignatureHeaders } from '../../schema/contract/message-signature.ts';
import { ANONYMOUS, scopesOfRoles, type Principal, type Role } from '../../schema/contract/principal.ts';
import { openDatabase } from '../../subgraphs/kit/database.ts';
import { serveSubgraph, type SubgraphServerOptions } from '../../subgraphs/kit/serve-subgraph.ts';
import { ChangeFeed } from '../../subgraphs/kit/streams/change-feed.ts';
import type { SubgraphDefinition } from '../../subgraphs/kit/subgraph.ts';
import { createCallerCheck } from '../../subgraphs/kit/verify-caller.ts';

export interface Answer {
  // Reason for the any: a test reads what its own query selected.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data?: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly errors?: readonly any[];
}

export interface Asking {
  readonly as?: Role | Principal | 'nobody';
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string;
  /** How long the gateway would wait. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface TestSubgraph {
  readonly url: string;
  readonly ask: (query: string, asking?: Asking) => Promise<Answer>;
  /** The headers with which the gateway proves a call with this body, now and once. */
  readonly prove: ProveCall;
  /** The SQL statements that were sent since the last call. */
  readonly takeStatements: () => readonly string[];
  readonly stop: () => Promise<void>;
}

export interface Proving extends Pick<Asking, 'as' | 'idempotencyKey'> {
  /** For whom it is made, if not for this subgraph. */
  readonly audience?: string;
  /** How long ago it was made. */
  readonly agoS?: number;
}

export type ProveCall = (
  body: string,
  proving?: Proving,
) => Promise<Readonly<Record<'authorization' | keyof SignatureHeaders, string>>>;

/** A principal with one role of the reference company; `customerId` for the role customer. */
export function principalWith(role: Role, customerId?: string): Principal {
  return {
    subject: role,
    roles: [role],
    scopes: scopesOfRoles([role]),
    ...(customerId === undefined ? {} : { customerId }),
  };
}

/** What a subgraph may be told to report of its rules, and by what others prove their events. */
export type AccessSettings = Partial<
  Pick<
    SubgraphServerOptions,
    'log' | 'decisionLog' | 'dryRunPermissions' | 'receiving' | 'port' | 'streams' | 'watch'
  >
>;

/** So that nobody waits for long until it is noticed that a connection is gone. */
const LOOKS_EVERY_MS = 200;

/** A machine that runs much beside the test may need longer for it than a request would wait. */
export const CONNECT_WITHIN_MS = 20_000;

export async function startSubgraph<Loaders>(
  definition: SubgraphDefinition<Loaders>,
  databaseUrl: string,
  access: AccessSettings = {},
): Promise<TestSubgraph> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const secret = randomBytes(32);
  const tokenKeys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test' }] });
  const keys = { tokenKeys, secrets: new Map([['test', secret]]) };
  const statements: string[] = [];
  const database = openDatabase({
    url: databaseUrl,
    applicationName: 'test',
    connectWithinMs: CONNECT_WITHIN_MS,
    onStatement: (sql) => statements.push(sql),
  });
  const log = access.log ?? pino({ level: 'silent' });
  const changes = new ChangeFeed({
    databaseUrl,
    applicationName: 'test-changes',
    log,
    looksEveryMs: LOOKS_EVERY_MS,
  });
  const running = await serveSubgraph(definition, {
    host: '127.0.0.1',
    port: 0,
    database,
    ...access,
    log,
    changes,
    checkCaller: createCallerCheck(unchanging(keys), definition.name, Date.now),
  });
  const prove = proverOf({ subgraph: definition.name, privateKey, secret });
  return {
    url: running.url,
    ask: (query, asking = {}) => askAsGateway(running.url, prove, query, asking),
    prove,
    takeStatements: () => statements.splice(0),
    stop: async () => {
      await running.stop();
      await Promise.all([database.destroy(), changes.stop()]);
    },
  };
}

interface Proof {
  readonly subgraph: string;
  readonly privateKey: CryptoKey;
  readonly secret: Uint8Array;
}

function proverOf({ subgraph, privateKey, secret }: Proof): ProveCall {
  return async (body, { as = 'auditor', idempotencyKey, audience = subgraph, agoS = 0 } = {}) => {
    const madeAtS = Math.floor(Date.now() / 1000) - agoS;
    const principal = as === 'nobody' ? ANONYMOUS : typeof as === 'string' ? principalWith(as) : as;
    const token = await new SignJWT({ ...claimsOfPrincipal(principal) })
      .setProtectedHeader({ alg: CALLER_TOKEN_ALGORITHM, kid: 'test' })
      .setIssuer(CALLER_TOKEN_ISSUER)
      .setAudience(audience)
      .setIssuedAt(madeAtS)
      .setExpirationTime(madeAtS + CALLER_TOKEN_LIFETIME_S)
      .sign(privateKey);
    const authorization = `Bearer ${token}`;
    const signature = signMessage(
      { method: 'POST', path: '/graphql', body, authorization, idempotencyKey },
      { keyId: 'test', secret },
      { createdS: madeAtS, nonce: randomUUID() },
    );
    return { authorization, ...signature };
  };
}

async function askAsGateway(
  url: string,
  prove: ProveCall,
  query: string,
  { variables, idempotencyKey, timeoutMs, signal, ...asking }: Asking,
): Promise<Answer> {
  const body = JSON.stringify({ query, variables });
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-request-id': 'test-request',
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      ...(timeoutMs === undefined ? {} : { 'x-timeout-ms': String(timeoutMs) }),
      ...(await prove(body, { ...asking, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) })),
    },
    body,
    ...(signal === undefined ? {} : { signal }),
  });
  // Reason for the cast: the test compares the whole answer itself.
  return (await response.json()) as Answer;
}
