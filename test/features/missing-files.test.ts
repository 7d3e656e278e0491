/**
 * Files that the options name and that are not there: who starts the gateway hears of all of them at once, and of what
 * is wrong with the supergraph too.
 */

import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type GatewaySetup } from '../kit/start-gateway.ts';

const issuer = (name: string) => ({ issuer: name, audience: 'x', jwksFile: `no-${name}.json` });

const config = {
  server: { tls: { certFile: 'no.pem', keyFile: 'no.key' } },
  store: { redisUrl: 'rediss://localhost:1', caFile: 'no-store.pem' },
  identity: { issuers: [issuer('a'), issuer('b')] },
  documents: { mode: 'log' as const, manifests: [{ file: 'no-manifest.json' }] },
  callerProof: { keysFile: 'no-keys.json' },
  subgraphs: {
    overrides: {
      accounting: { tls: { caFile: 'no-authority.pem' } },
      crm: { url: 'https://crm.example', tls: { caFile: 'no-crm.pem' } },
      nobody: {},
    },
  },
} satisfies GatewaySetup['config'];

const OF_OPTIONS = [
  'The key set no-a.json of a does not exist.',
  'The key set no-b.json of b does not exist.',
  'store.caFile cannot be used (ENOENT).',
  expect.stringMatching(/^server\.tls: the files cannot be used \(ENOENT/),
  'The manifest no-manifest.json does not exist.',
];

test('all that are missing are named at once', async () => {
  await expect(startGateway({ subgraphs: [crm, accounting, shop], config })).rejects.toMatchObject({
    problems: [
      ...OF_OPTIONS,
      'subgraphs.overrides.accounting.tls needs an https address.',
      expect.stringMatching(/^subgraphs\.overrides\.crm\.tls: the files cannot be used \(ENOENT/),
      'The key file no-keys.json does not exist.',
      'subgraphs.overrides.nobody: the supergraph has no such subgraph. It has accounting, crm, shop.',
    ],
  });
});

test('so is the supergraph, or the keys that must have signed it', async () => {
  const nowhere = { ...config, supergraph: { file: 'no.graphql' } };
  await expect(startGateway({ subgraphs: [crm], config: nowhere })).rejects.toMatchObject({
    problems: [...OF_OPTIONS, 'The supergraph no.graphql does not exist.'],
  });
  const unsigned = { ...config, supergraph: { publicKeysFile: 'no-public.json' } };
  await expect(startGateway({ subgraphs: [crm], config: unsigned })).rejects.toMatchObject({
    problems: [...OF_OPTIONS, 'The key set no-public.json of the supergraph does not exist.'],
  });
});
