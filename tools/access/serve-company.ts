/**
 * The three subgraphs and the gateway in this process, over databases that somebody provides, to be asked by every
 * role: through the gateway as a client, or one subgraph directly as the gateway does. Keeps nothing.
 */

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { pino } from 'pino';
import type { z } from 'zod';

import { DEVELOPMENT_ISSUER } from '../../schema/contract/development-issuer.ts';
import { EVENT_STREAM_TYPE } from '../../schema/contract/event-streams.ts';
import { isRole, type Principal } from '../../schema/contract/principal.ts';
import type { SystemName } from '../../schema/ownership.ts';
import { optionsSchema } from '../../gateway/config/options.ts';
import { startGateway } from '../../gateway/http/start-gateway.ts';
import { createLogger } from '../../gateway/telemetry/create-logger.ts';
import { followCallerKeys as followGatewayKeys } from '../../gateway/upstream/caller-keys.ts';
import { createCallerProof, type CallerProof } from '../../gateway/upstream/caller-proof.ts';
import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { crm } from '../../subgraphs/crm/subgraph.ts';
import { followCallerKeys } from '../../subgraphs/kit/caller-keys.ts';
import { openDatabase } from '../../subgraphs/kit/database.ts';
import { serveSubgraph } from '../../subgraphs/kit/serve-subgraph.ts';
import { ChangeFeed } from '../../subgraphs/kit/streams/change-feed.ts';
import { createCallerCheck } from '../../subgraphs/kit/verify-caller.ts';
import { shop } from '../../subgraphs/shop/subgraph.ts';
import { composeCompany } from '../compose/compose-company.ts';
import { formatProblem } from '../../gateway/supergraph/composition/schema-problem.ts';
import { provideDevelopmentKeys, type DevelopmentKeys } from '../development-keys.ts';
import { DEVELOPMENT_AUDIENCE, signDevelopmentToken } from '../development-token.ts';
import { CHECKOUT } from '../state/state-folder.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';
import { POLICIES, type Policies } from './policy.ts';
import { readEvents } from './read-events.ts';

export interface AnsweredError {
  readonly path?: readonly (string | number)[];
  readonly message: string;
  readonly extensions?: {
    readonly code?: string;
    readonly details?: { readonly field?: string; readonly rule?: string };
  };
}

export interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly AnsweredError[];
}

export interface Question {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface ServedCompany {
  readonly gatewayUrl: string;
  /** As a client of the gateway. */
  readonly ask: (as: Principal, question: Question) => Promise<Answer>;
  /** Directly, with the gateway's proof. */
  readonly askSubgraph: (system: SystemName, as: Principal, question: Question) => Promise<Answer>;
  /** Resolves when the subscription is open, or refused. */
  readonly watchSubgraph: (system: SystemName, as: Principal, question: Question) => Promise<WatchedStream>;
  /** What such a client sends as a bearer token; undefined for somebody who is not signed in. */
  readonly tokenOf: (as: Principal) => Promise<string | undefined>;
  readonly stop: () => Promise<void>;
}

export interface WatchedStream {
  /** The next result; undefined when there is none any more. Throws when none comes in time. */
  readonly next: () => Promise<Answer | undefined>;
  readonly close: () => void;
}

export interface CompanySetup {
  /** By system: where its runtime role connects. */
  readonly databaseUrls: Readonly<Record<SystemName, string>>;
  /** Those of the repository, if not said otherwise. */
  readonly policies?: Policies;
  /** Hears of every statement that a subgraph sends to its database. */
  readonly onStatement?: (sql: string) => void;
  readonly subgraphDefaults?: NonNullable<z.input<typeof optionsSchema>['subgraphs']>['defaults'];
}

const TOKEN_MINUTES = 30;
const OWN_SUPERGRAPH = path.join(CHECKOUT, 'schema', 'supergraph.graphql');

export async function serveCompany({
  databaseUrls,
  policies = POLICIES,
  onStatement = () => undefined,
  subgraphDefaults,
}: CompanySetup): Promise<ServedCompany> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tributary-access-'));
  const keys = await provideDevelopmentKeys(folder);
  const served = await Promise.all(
    SYSTEM_NAMES.map((system) =>
      serveSystem(system, { url: databaseUrls[system], onStatement }, keys, policies),
    ),
  );
  const urls = new Map(served.map(({ system, url }) => [system, url]));
  const overrides = Object.fromEntries(served.map(({ system, url }) => [system, { url }]));
  const supergraph = policies === POLICIES ? OWN_SUPERGRAPH : await supergraphOf(policies, folder);
  const config = gatewayConfig(supergraph, { defaults: subgraphDefaults, overrides }, keys);
  const gateway = await startGateway(config, createLogger({ level: 'silent' }));
  const gatewayKeys = followGatewayKeys(
    { keysFile: keys.gatewayCaller },
    SYSTEM_NAMES,
    createLogger({ level: 'silent' }),
  );
  const prove = createCallerProof(gatewayKeys, {
    nowS: () => Math.floor(Date.now() / 1000),
    nonce: randomUUID,
  });
  const tokenOf = rememberTokens(keys);
  return {
    gatewayUrl: `${gateway.url}/graphql`,
    tokenOf,
    ask: async (as, question) => {
      const token = await tokenOf(as);
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return post(`${gateway.url}/graphql`, authorization, JSON.stringify(question));
    },
    askSubgraph: (system, as, question) =>
      askAsGateway({ system, url: urls.get(system) ?? '', prove }, as, JSON.stringify(question)),
    watchSubgraph: (system, as, question) =>
      watchAsGateway({ system, url: urls.get(system) ?? '', prove }, as, JSON.stringify(question)),
    async stop() {
      await gateway.stop();
      await Promise.all(served.map(({ stop }) => stop()));
      await rm(folder, { recursive: true });
    },
  };
}

/** What the gateway refuses by itself follows the policies too. */
async function supergraphOf(policies: Policies, folder: string): Promise<string> {
  const outcome = await composeCompany(policies);
  if (outcome.kind === 'refused') throw new Error(outcome.problems.map(formatProblem).join('\n'));
  const file = path.join(folder, 'supergraph.graphql');
  await writeFile(file, outcome.supergraph);
  return file;
}

function gatewayConfig(
  supergraphFile: string,
  subgraphs: z.input<typeof optionsSchema>['subgraphs'],
  { issuerPublic, gatewayCaller }: DevelopmentKeys,
) {
  const issuer = { issuer: DEVELOPMENT_ISSUER, audience: DEVELOPMENT_AUDIENCE, jwksFile: issuerPublic };
  return optionsSchema.parse({
    server: { port: 0, drainDelayMs: 0 },
    supergraph: { file: supergraphFile },
    subgraphs,
    identity: { issuers: [issuer] },
    callerProof: { keysFile: gatewayCaller },
    // One question finds all that is then asked for one by one.
    limits: { maxCost: 1_000_000 },
  });
}

async function serveSystem(
  system: SystemName,
  access: { readonly url: string; readonly onStatement: (sql: string) => void },
  keys: DevelopmentKeys,
  policies: Policies,
) {
  const database = openDatabase({ ...access, applicationName: 'access-matrix' });
  const log = pino({ level: 'silent' });
  const callerKeys = followCallerKeys({ file: keys.subgraphCaller(system) }, system, log);
  const applicationName = 'access-matrix-changes';
  const changes = new ChangeFeed({ databaseUrl: access.url, applicationName, log });
  const options = {
    host: '127.0.0.1',
    port: 0,
    database,
    log,
    changes,
    checkCaller: createCallerCheck(callerKeys, system, Date.now),
  };
  const permissions = policies[system];
  const { url, stop } = await serve(system, permissions, options);
  const stopAll = async () => {
    await stop();
    await Promise.all([database.destroy(), changes.stop()]);
  };
  return { system, url, stop: stopAll };
}

function serve(
  system: SystemName,
  permissions: Policies[SystemName],
  options: Parameters<typeof serveSubgraph>[1],
) {
  switch (system) {
    case 'crm':
      return serveSubgraph({ ...crm, permissions }, options);
    case 'accounting':
      return serveSubgraph({ ...accounting, permissions }, options);
    case 'shop':
      return serveSubgraph({ ...shop, permissions }, options);
  }
}

/** Only principals of one role can be asked for: a token names its role, and the gateway gives the scopes. */
function rememberTokens(keys: DevelopmentKeys): ServedCompany['tokenOf'] {
  const made = new Map<string, Promise<string>>();
  return async ({ subject, roles: [role], customerId }) => {
    if (role === undefined) return undefined;
    if (!isRole(role)) throw new Error(`${role} is no role of the company`);
    const name = JSON.stringify([subject, role, customerId]);
    const claims = { subject, role, lifetimeMinutes: TOKEN_MINUTES };
    const token =
      made.get(name) ??
      signDevelopmentToken(keys.issuer, customerId === undefined ? claims : { ...claims, customerId });
    made.set(name, token);
    return token;
  };
}

interface Target {
  readonly system: SystemName;
  readonly url: string;
  readonly prove: CallerProof;
}

async function askAsGateway({ system, url, prove }: Target, as: Principal, body: string): Promise<Answer> {
  const { pathname } = new URL(url);
  return post(url, await prove(as, system, { method: 'POST', path: pathname, body }), body);
}

const WATCHES_FOR_MS = 20_000;

async function watchAsGateway(
  { system, url, prove }: Target,
  as: Principal,
  body: string,
): Promise<WatchedStream> {
  const { pathname } = new URL(url);
  const proof = await prove(as, system, { method: 'POST', path: pathname, body });
  const closing = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: EVENT_STREAM_TYPE, ...proof },
    body,
    signal: AbortSignal.any([closing.signal, AbortSignal.timeout(WATCHES_FOR_MS)]),
  });
  const events = readEvents<Answer>(response);
  return {
    next: async () => {
      const { value } = await events.next();
      return value === 'complete' ? undefined : value;
    },
    close: () => closing.abort(),
  };
}

async function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  // Reason for the cast: a GraphQL server answers so; anything else is found out by whoever reads it.
  return (await response.json()) as Answer;
}
