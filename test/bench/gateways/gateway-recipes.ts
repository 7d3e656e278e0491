/**
 * How each gateway of the comparison is started: by the command that its documentation names, with the one supergraph.
 * All of them run on the same Node, without deduplication of requests. Knows no scenario.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { SUBGRAPHS, type SubgraphUrls } from '../store/store-schema.ts';

/** Where one gateway finds what it needs. */
export interface Surroundings {
  readonly supergraphFile: string;
  readonly subgraphUrls: SubgraphUrls;
  /** The floor's calls; see `Replay`. */
  readonly replayFile: string;
  readonly port: number;
}

export interface GatewayRecipe {
  readonly name: string;
  /** Whether `peers/` must be installed for it. */
  readonly isPeer: boolean;
  /** What follows `node` on the command line. */
  readonly argsFor: (surroundings: Surroundings) => readonly string[];
}

const BENCH = path.resolve(import.meta.dirname, '..');
export const PEERS = path.join(BENCH, 'peers');
const HIVE = path.join(PEERS, 'node_modules/@graphql-hive/gateway/dist/bin.js');

/** Another checkout of Tributary has another name in the table. */
export function tributaryIn(folder: string, name: string): GatewayRecipe {
  const flags = readNodeFlags(folder);
  const door = path.join(folder, 'tools/run.js');
  return {
    name,
    isPeer: false,
    argsFor: ({ supergraphFile, port }) => [
      ...flags,
      door,
      'gateway',
      '--supergraph',
      supergraphFile,
      '--port',
      String(port),
    ],
  };
}

/** Those that `npm run gateway` gives to Node in that checkout. */
function readNodeFlags(folder: string): readonly string[] {
  // npm has read the same file; a checkout without the script has no flags.
  const { scripts } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    readonly scripts?: Readonly<Record<string, string>>;
  };
  const words = scripts?.['gateway']?.split(' ') ?? [];
  return words.slice(words.indexOf('node') + 1).filter((word) => word.startsWith('--'));
}

export const FLOOR: GatewayRecipe = {
  name: 'floor',
  isPeer: false,
  argsFor: ({ port, replayFile }) => [path.join(BENCH, 'processes/floor.ts'), String(port), replayFile],
};

export const PEER_GATEWAYS: readonly GatewayRecipe[] = [
  {
    name: 'apollo',
    isPeer: false,
    argsFor: ({ port, supergraphFile }) => [
      path.join(BENCH, 'processes/apollo.ts'),
      String(port),
      supergraphFile,
    ],
  },
  {
    name: 'hive-js',
    isPeer: true,
    argsFor: (surroundings) => [...hiveArgs('hive-js.config.js', surroundings), '--jit'],
  },
  {
    name: 'hive-rust',
    isPeer: true,
    argsFor: (surroundings) => hiveArgs('hive-rust.config.js', surroundings),
  },
  {
    name: 'mercurius',
    isPeer: true,
    argsFor: ({ port, subgraphUrls }) => {
      const byFile = SUBGRAPHS.map((name) => [path.join(BENCH, `store/${name}.graphql`), subgraphUrls[name]]);
      return [path.join(PEERS, 'mercurius.js'), String(port), JSON.stringify(Object.fromEntries(byFile))];
    },
  },
];

function hiveArgs(config: string, { supergraphFile, port }: Surroundings): readonly string[] {
  const configFile = path.join(PEERS, config);
  return [
    HIVE,
    'supergraph',
    supergraphFile,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--config-path',
    configFile,
  ];
}
