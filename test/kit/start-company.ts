/**
 * The whole reference company in this process: the three real subgraphs on databases of their own, the real gateway
 * over the committed supergraph, development keys and tokens. Asked through HTTP. Any of the systems can be left
 * out, as if it were down.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { pino, type Logger } from 'pino';

import { DEVELOPMENT_ISSUER } from '../../schema/contract/development-issuer.ts';
import { isRole, type Role } from '../../schema/contract/principal.ts';
import type { TlsFiles } from '../../schema/contract/serve-tls.ts';
import type { SystemName } from '../../schema/ownership.ts';
import { optionsSchema } from '../../gateway/config/options.ts';
import type { SubgraphTls } from '../../gateway/config/subgraph-options.ts';
import { startGateway } from '../../gateway/http/start-gateway.ts';
import { createLogger } from '../../gateway/telemetry/create-logger.ts';
import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { crm } from '../../subgraphs/crm/subgraph.ts';
import { followCallerKeys } from '../../subgraphs/kit/caller-keys.ts';
import { openDatabase } from '../../subgraphs/kit/database.ts';
import { customerIdOf } from '../../subgraphs/kit/global-id.ts';
import { serveSubgraph } from '../../subgraphs/kit/serve-subgraph.ts';
import { ChangeFeed } from '../../subgraphs/kit/streams/change-feed.ts';
import { createCallerCheck } from '../../subgraphs/kit/verify-caller.ts';
import { shop } from '../../subgraphs/shop/subgraph.ts';
import { provideDevelopmentKeys, type DevelopmentKeys } from '../../tools/development-keys.ts';
import { DEVELOPMENT_AUDIENCE, signDevelopmentToken } from '../../tools/development-token.ts';
import { openTokenDesk } from '../../tools/start/token-desk.ts';
import { SYSTEM_NAMES } from '../../tools/systems/system-names.ts';
import { freshCompany } from './company-databases.ts';
import { postOf } from './start-gateway.ts';
import { CONNECT_WITHIN_MS, type Answer } from './start-subgraph.ts';

const SUPERGRAPH = fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url));
/** Nothing listens there: port 1 is never given to anybody. */
const NOBODY = 'http://127.0.0.1:1/graphql';

/** A role, the number of a customer, or somebody without a token. */
export type Asker = Role | `C-${string}` | 'nobody';

export interface TestCompany {
  /** As an auditor, if not said otherwise. */
  readonly ask: (
    query: string,
    asking?: { readonly as?: Asker; readonly variables?: Record<string, unknown> },
  ) => Promise<Answer>;
  /** The SQL statements that a system was sent since the last call. */
  readonly takeStatements: (system: SystemName) => readonly string[];
  readonly keys: DevelopmentKeys;
  /** Where the gateway listens. */
  readonly url: string;
  /** Where a system's subgraph listens, for who wants to go past the gateway. */
  readonly subgraphUrl: (system: SystemName) => string;
  /** Every line that the gateway and the subgraphs have written. */
  readonly logged: () => readonly string[];
  readonly stop: () => Promise<void>;
}

export interface CompanySetup {
  readonly down?: readonly SystemName[];
  /** How subgraphs serve TLS, and how the gateway calls them then; without it they speak plain HTTP. */
  readonly tls?: { readonly subgraphs: TlsFiles; readonly gateway: SubgraphTls };
  /** Whether the console offers tokens, as that of `npm start` does. */
  readonly hasTokenDesk?: boolean;
}

export async function startCompany({
  down = [],
  tls,
  hasTokenDesk,
}: CompanySetup = {}): Promise<TestCompany> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tributary-company-'));
  const keys = await provideDevelopmentKeys(folder);
  const databases = await freshCompany();
  const lines: string[] = [];
  const output = { write: (line: string) => void lines.push(line) };
  const common = { log: pino({ level: 'info' }, output), tls: tls?.subgraphs };
  const subgraphs = await Promise.all(
    SYSTEM_NAMES.filter((system) => !down.includes(system)).map((system) =>
      startSystem(system, databases[system].runtime, { ...common, keysFile: keys.subgraphCaller(system) }),
    ),
  );
  const urls = new Map(subgraphs.map(({ system, url }) => [system, url]));
  const overrides = Object.fromEntries(
    SYSTEM_NAMES.map((system) => {
      const url = urls.get(system);
      return [
        system,
        url === undefined || tls === undefined ? { url: url ?? NOBODY } : { url, tls: tls.gateway },
      ];
    }),
  );
  const desk = hasTokenDesk === true ? await openTokenDesk(keys.issuer) : undefined;
  const config = gatewayConfig(overrides, keys, desk?.url);
  const gateway = await startGateway(config, createLogger({ level: 'info' }, output));
  return {
    ask: async (query, { as = 'auditor', variables } = {}) => {
      const token = as === 'nobody' ? {} : { token: await tokenFor(as, keys) };
      const response = await fetch(
        `${gateway.url}/graphql`,
        postOf(query, { ...token, ...(variables ? { variables } : {}) }),
      );
      // Reason for the cast: the test compares the whole answer itself.
      return (await response.json()) as Answer;
    },
    takeStatements: (system) => subgraphs.find((each) => each.system === system)?.statements.splice(0) ?? [],
    keys,
    url: gateway.url,
    subgraphUrl: (system) => urls.get(system) ?? NOBODY,
    logged: () => lines,
    async stop() {
      await gateway.stop();
      await desk?.stop();
      await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
      await Promise.all(SYSTEM_NAMES.map((system) => databases[system].drop()));
      await rm(folder, { recursive: true });
    },
  };
}

function gatewayConfig(
  overrides: Readonly<Record<string, { readonly url: string; readonly tls?: SubgraphTls }>>,
  keys: DevelopmentKeys,
  tokenDesk = '',
) {
  const issuer = { issuer: DEVELOPMENT_ISSUER, audience: DEVELOPMENT_AUDIENCE, jwksFile: keys.issuerPublic };
  return optionsSchema.parse({
    server: { port: 0, drainDelayMs: 0 },
    supergraph: { file: SUPERGRAPH },
    subgraphs: { overrides },
    identity: { issuers: [issuer] },
    callerProof: { keysFile: keys.gatewayCaller },
    console: { tokenDesk },
  });
}

interface SystemSetup {
  readonly keysFile: string;
  readonly log: Logger;
  readonly tls: TlsFiles | undefined;
}

async function startSystem(system: SystemName, databaseUrl: string, { keysFile, log, tls }: SystemSetup) {
  const statements: string[] = [];
  const database = openDatabase({
    url: databaseUrl,
    applicationName: 'test',
    connectWithinMs: CONNECT_WITHIN_MS,
    onStatement: (sql) => statements.push(sql),
  });
  const keys = followCallerKeys({ file: keysFile }, system, log);
  const checkCaller = createCallerCheck(keys, system, Date.now);
  const changes = new ChangeFeed({ databaseUrl, applicationName: 'test-changes', log });
  const options = { host: '127.0.0.1', port: 0, database, log, tls, checkCaller, changes };
  const { url, stop } = await serve(system, options);
  const stopAll = async () => {
    await stop();
    await Promise.all([database.destroy(), changes.stop()]);
  };
  return { system, url, statements, stop: stopAll };
}

function serve(system: SystemName, options: Parameters<typeof serveSubgraph>[1]) {
  switch (system) {
    case 'crm':
      return serveSubgraph(crm, options);
    case 'accounting':
      return serveSubgraph(accounting, options);
    case 'shop':
      return serveSubgraph(shop, options);
  }
}

function tokenFor(as: string, keys: DevelopmentKeys): Promise<string> {
  const claims = isRole(as)
    ? { subject: as, role: as }
    : { subject: as, role: 'customer' as const, customerId: customerIdOf(as) };
  return signDevelopmentToken(keys.issuer, { ...claims, lifetimeMinutes: 5 });
}
