/**
 * The keys of a development machine, made when they are first needed: the token issuer's pair, and the caller keys by
 * which the gateway proves itself to each subgraph. A subgraph's file holds what it needs and no other's secret.
 * Knows no server; a production environment brings its own keys in files of the same shape.
 */

import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { OWNERSHIP } from '../schema/ownership.ts';
import { isErrorWithCode, makeStateFolder, replaceFile } from './state/state-folder.ts';

export interface DevelopmentKeys {
  /** JWKS (RFC 7517) with the private key that signs tokens. */
  readonly issuer: string;
  /** JWKS with its public half, for the gateway. */
  readonly issuerPublic: string;
  /** JWKS for the gateway: its private key, and one `oct` key per subgraph that names it in `aud`. */
  readonly gatewayCaller: string;
  /** JWKS for one subgraph: the gateway's public key and the subgraph's own `oct` key. */
  readonly subgraphCaller: (subgraph: string) => string;
  /** JWKS with the secrets by which a system, or the bank, signs what it tells others. */
  readonly eventsSentBy: (sender: string) => string;
  /** JWKS with the secrets by which a system knows who tells it something. */
  readonly eventsReceivedBy: (system: string) => string;
}

type KeySets = Readonly<Record<string, { readonly keys: readonly object[] }>>;

/** What rename says of a folder that is not empty, on one system or another. */
const TAKEN = ['ENOTEMPTY', 'EEXIST', 'EPERM'];
const SUBGRAPHS = Object.keys(OWNERSHIP);
/** A foreign system, for the example of one that reports to accounting. */
const BANK = 'bank';
const EVENT_PATHS: readonly (readonly [sender: string, receiver: string])[] = [
  ...SUBGRAPHS.flatMap((sender) =>
    SUBGRAPHS.filter((other) => other !== sender).map((receiver) => [sender, receiver] as const),
  ),
  [BANK, 'accounting'],
];

/** Gives the files' names; makes the whole set when a file is missing. Of two processes at once, one set stays. */
export async function provideDevelopmentKeys(stateFolder: string): Promise<DevelopmentKeys> {
  const folder = path.join(stateFolder, 'keys');
  const files = filesIn(folder);
  while (!isComplete(files)) await replaceKeys(folder);
  return files;
}

function filesIn(folder: string): DevelopmentKeys {
  return {
    issuer: path.join(folder, 'issuer.jwks.json'),
    issuerPublic: path.join(folder, 'issuer.public.jwks.json'),
    gatewayCaller: path.join(folder, 'gateway-caller.jwks.json'),
    subgraphCaller: (subgraph) => path.join(folder, `${subgraph}-caller.jwks.json`),
    eventsSentBy: (sender) => path.join(folder, `${sender}-sends.jwks.json`),
    eventsReceivedBy: (system) => path.join(folder, `${system}-receives.jwks.json`),
  };
}

function isComplete(files: DevelopmentKeys): boolean {
  const all = [
    files.issuer,
    files.issuerPublic,
    files.gatewayCaller,
    ...SUBGRAPHS.flatMap((system) => [files.subgraphCaller(system), files.eventsReceivedBy(system)]),
    ...[...SUBGRAPHS, BANK].map(files.eventsSentBy),
  ];
  return all.every((file) => existsSync(file));
}

/** The set appears by one rename of its folder: keys that do not fit each other never stand side by side. */
async function replaceKeys(folder: string): Promise<void> {
  const draft = `${folder}.draft-${randomUUID()}`;
  const retired = `${folder}.retired-${randomUUID()}`;
  await makeStateFolder(path.dirname(folder));
  await mkdir(draft, { mode: 0o700 });
  try {
    for (const [name, set] of Object.entries(makeKeySets())) {
      await replaceFile(path.join(draft, `${name}.json`), `${JSON.stringify(set, null, 2)}\n`);
    }
    if (await tookPlace(draft, folder)) return;
    // Somebody was faster, or a file of an older set is gone: only then is that set replaced.
    if (!isComplete(filesIn(folder))) await rename(folder, retired);
  } finally {
    await Promise.all([draft, retired].map((left) => rm(left, { recursive: true, force: true })));
  }
}

function makeKeySets(): KeySets {
  const issuer = makePair('issuer');
  const gateway = makePair('gateway');
  const secrets = SUBGRAPHS.map((subgraph) => ({
    kty: 'oct',
    k: randomBytes(32).toString('base64url'),
    alg: 'HS256',
    kid: makeKeyId(subgraph),
    aud: subgraph,
  }));
  return {
    'issuer.jwks': { keys: [issuer.secret] },
    'issuer.public.jwks': { keys: [issuer.open] },
    'gateway-caller.jwks': { keys: [gateway.secret, ...secrets] },
    ...Object.fromEntries(
      secrets.map((secret) => [`${secret.aud}-caller.jwks`, { keys: [gateway.open, secret] }]),
    ),
    ...makeEventKeySets(),
  };
}

/** One secret for each sender and receiver; both have it, and nobody else. */
function makeEventKeySets(): KeySets {
  const secrets = EVENT_PATHS.map(([iss, aud]) => ({
    kty: 'oct',
    k: randomBytes(32).toString('base64url'),
    alg: 'HS256',
    kid: makeKeyId(`${iss}-${aud}`),
    iss,
    aud,
  }));
  const sent = Map.groupBy(secrets, ({ iss }) => iss);
  const received = Map.groupBy(secrets, ({ aud }) => aud);
  return Object.fromEntries([
    ...[...sent].map(([sender, keys]) => [`${sender}-sends.jwks`, { keys }] as const),
    ...[...received].map(([system, keys]) => [`${system}-receives.jwks`, { keys }] as const),
  ]);
}

function makePair(owner: string): { readonly secret: object; readonly open: object } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const about = { kid: makeKeyId(owner), alg: 'EdDSA', use: 'sig' };
  return {
    secret: { ...privateKey.export({ format: 'jwk' }), ...about },
    open: { ...publicKey.export({ format: 'jwk' }), ...about },
  };
}

function makeKeyId(owner: string): string {
  return `${owner}-${randomBytes(6).toString('base64url')}`;
}

async function tookPlace(draft: string, folder: string): Promise<boolean> {
  try {
    await rename(draft, folder);
    return true;
  } catch (problem) {
    if (TAKEN.some((code) => isErrorWithCode(problem, code))) return false;
    throw problem;
  }
}
