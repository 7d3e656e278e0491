/**
 * The real gateway in this process, on a free port, over fake subgraphs composed on the spot. Everything is asked
 * through HTTP. Knows how to start it; what it must answer is the test's business.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { z } from 'zod';

import { optionsSchema } from '../../gateway/config/options.ts';
import { startGateway as startReal, type RunningGateway } from '../../gateway/http/start-gateway.ts';
import { createLogger } from '../../gateway/telemetry/create-logger.ts';
import { serve, type FakeSubgraph, type ServedSubgraph } from './fake-subgraph.ts';

type Options = Omit<z.input<typeof optionsSchema>, 'supergraph'> & {
  /** Without a source it is the file that joins the subgraphs. */
  readonly supergraph?: z.input<typeof optionsSchema>['supergraph'];
};

export interface GatewaySetup {
  readonly subgraphs: readonly FakeSubgraph[];
  readonly config?: Options;
}

export interface Asking {
  readonly variables?: Record<string, unknown>;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface TestGateway {
  readonly url: string;
  readonly supergraphFile: string;
  readonly subgraphs: ReadonlyMap<string, ServedSubgraph>;
  /** The GraphQL answer: data and errors. */
  ask(query: string, asking?: Asking): Promise<unknown>;
  /** The HTTP answer; without an init of its own it is a POST of the body as JSON. */
  send(path: string, init: RequestInit): Promise<HttpAnswer>;
  /** Joins other subgraphs from now on; ends when they are taken over. */
  replace(sdl: string): Promise<void>;
  /** What it has logged so far, line by line. */
  logged(): readonly Record<string, unknown>[];
  stop(how?: Parameters<RunningGateway['stop']>[0]): Promise<void>;
}

export async function startGateway({ subgraphs, config = {} }: GatewaySetup): Promise<TestGateway> {
  const served = await Promise.all(subgraphs.map(serve));
  const folder = mkdtempSync(join(tmpdir(), 'tributary-gateway-'));
  const file = join(folder, 'supergraph.graphql');
  const given = config.supergraph ?? {};
  const hasSource = (given.file ?? given.url ?? given.folder) !== undefined;
  if (!hasSource) writeFileSync(file, composed(served));
  const lines: string[] = [];
  const options = optionsSchema.parse({
    ...config,
    supergraph: hasSource ? given : { ...given, file },
    execution: { engine: process.env['TRIBUTARY_TEST_ENGINE'] ?? 'compiled' },
    server: { port: 0, drainDelayMs: 0, ...config.server },
  });
  const log = createLogger(options.log, { write: (line) => void lines.push(line) });
  const release = async () => {
    await Promise.all(served.map((subgraph) => subgraph.stop()));
    rmSync(folder, { recursive: true });
  };
  const gateway = await startReal(options, log).catch(async (refusal: unknown) => {
    await release();
    throw refusal;
  });
  const send = (path: string, init: RequestInit) => sendTo(gateway.url + path, init);
  return {
    url: gateway.url,
    supergraphFile: file,
    subgraphs: new Map(served.map((subgraph) => [subgraph.name, subgraph])),
    send,
    ask: async (query, asking) => (await send('/graphql', postOf(query, asking))).body,
    replace(sdl) {
      writeFileSync(file, sdl);
      return gateway.reload();
    },
    logged: () => lines.map((line): Record<string, unknown> => JSON.parse(line)),
    async stop(how) {
      await gateway.stop(how);
      await release();
    },
  };
}

/** The SDL of the supergraph that joins them. */
export function composed(subgraphs: readonly Pick<ServedSubgraph, 'name' | 'url' | 'sdl'>[]): string {
  const { errors, supergraphSdl } = compose(
    subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  );
  if (supergraphSdl === undefined) throw new NotComposable(String(errors));
  return supergraphSdl;
}

/** Where the library finds its own supergraph wrong, it throws. */
function compose(services: Parameters<typeof composeServices>[0]): ReturnType<typeof composeServices> {
  try {
    return composeServices(services);
  } catch (error) {
    throw new NotComposable(String(error), { cause: error });
  }
}

/** Subgraphs that do not go together. */
export class NotComposable extends Error {
  override readonly name = 'NotComposable';
}

/** A POST as a GraphQL client sends it. */
export function postOf(query: string, { variables, token, headers }: Asking = {}): RequestInit {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
    body: JSON.stringify({ query, variables }),
  };
}

async function sendTo(url: string, init: RequestInit): Promise<HttpAnswer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}
