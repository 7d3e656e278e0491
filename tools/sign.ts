/**
 * `npm run schema:sign`: writes the signature of a supergraph beside it, and makes the keys for that. The private key
 * belongs to whoever releases schemas; the gateway needs the public one alone.
 */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { whyUnreadable } from '../schema/contract/why-unreadable.ts';
import { isRecord } from '../gateway/base/is-record.ts';
import { CommandRefused } from './command-refused.ts';
import { readFlags } from './read-options.ts';
import { signDetached, type PrivateKey } from './signing/sign-detached.ts';
import { CHECKOUT, isErrorWithCode } from './state/state-folder.ts';

const USAGE =
  'npm run schema:sign -- --key FILE [--supergraph FILE], or npm run schema:sign -- --new-key FILE';
const OPTIONS = {
  key: { type: 'string' },
  'new-key': { type: 'string' },
  supergraph: { type: 'string' },
} as const;

export async function run(args: readonly string[]): Promise<void> {
  const values = readFlags(args, OPTIONS, USAGE);
  const { key, 'new-key': newKey } = values;
  if ((key === undefined) === (newKey === undefined)) throw new CommandRefused(`Usage: ${USAGE}`);
  if (newKey !== undefined) return makeKeys(newKey);
  const supergraph = values.supergraph ?? path.join(CHECKOUT, 'schema/supergraph.graphql');
  const bytes = await readFile(supergraph).catch(refuse(supergraph));
  const signature = await sign(bytes, key ?? '');
  await writeFile(`${supergraph}.sig`, `${signature}\n`);
  process.stdout.write(`${supergraph}.sig is written.\n`);
}

async function sign(bytes: Uint8Array, file: string): Promise<string> {
  const key = await readKey(file);
  try {
    return await signDetached(bytes, key);
  } catch {
    // The cause may quote the key.
    throw new CommandRefused(`${file} holds no private key of Ed25519 or P-256.`);
  }
}

async function readKey(file: string): Promise<PrivateKey> {
  const text = await readFile(file, 'utf8').catch(refuse(file));
  try {
    const value: unknown = JSON.parse(text);
    const first: unknown = isRecord(value) && Array.isArray(value['keys']) ? value['keys'][0] : value;
    if (isRecord(first) && typeof first['kid'] === 'string') return { ...first, kid: first['kid'] };
  } catch {
    // The parser's sentence quotes the text, which is a secret.
  }
  throw new CommandRefused(`${file} cannot be read as a JWKS with a kid for its key.`);
}

function refuse(file: string): (problem: unknown) => never {
  return (problem) => {
    throw new CommandRefused(`${file} ${whyUnreadable(problem)}.`);
  };
}

/** Never in the place of others. */
async function makeKeys(file: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const kid = `supergraph-${randomBytes(4).toString('hex')}`;
  const publicFile = `${file.replace(/\.json$/, '')}.public.json`;
  const text = (jwk: object) => `${JSON.stringify({ keys: [{ ...jwk, kid, use: 'sig' }] }, null, 2)}\n`;
  const write = (name: string, jwk: object, mode: number) =>
    writeFile(name, text(jwk), { mode, flag: 'wx' }).catch((problem: unknown) => {
      const why = isErrorWithCode(problem, 'EEXIST') ? 'is there already' : 'cannot be written';
      throw new CommandRefused(`${name} ${why}.`, problem);
    });
  await write(file, privateKey.export({ format: 'jwk' }), 0o600);
  await write(publicFile, publicKey.export({ format: 'jwk' }), 0o644);
  process.stdout.write(`${file} is the private key, ${publicFile} the public one.\n`);
}
