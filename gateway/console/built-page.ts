/**
 * The console's page as files to send: bundled once for each state of its sources and of the lockfile, kept beside the
 * packages, and read from there ever after. Where the bundler is not installed, only what was kept can be had. Knows no
 * request.
 */

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import { isRecord } from '../base/is-record.ts';

export interface BuiltPage {
  /** The names of the files that the page begins with. */
  readonly script: string;
  readonly style: string;
  /** By name; compressed by gzip. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** What bundling gives, by file name. */
export type Bundled = Omit<BuiltPage, 'files'> & { readonly files: ReadonlyMap<string, Uint8Array> };

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
/** Goes when the packages go, belongs to whom they belong to, and is no part of the repository. */
const FOLDER = path.join(CHECKOUT, 'node_modules', '.cache', 'tributary-console');
const SOURCES = path.join(CHECKOUT, 'gateway', 'console');
const LOCKFILE = path.join(CHECKOUT, 'package-lock.json');
/** Names the two files that the page begins with; the rest are the page's own. */
const BEGINNING = 'page.json';

/** The page, from where it is kept, else bundled now, which takes seconds. Rejects where neither can be done. */
export async function providePage(bundle: () => Promise<Bundled>): Promise<BuiltPage> {
  const folder = path.join(FOLDER, await fingerprint());
  const kept = await readKept(folder);
  if (kept !== undefined) return kept;
  const { script, style, files } = await bundle();
  const compressed = new Map<string, Buffer>();
  for (const [name, content] of files) compressed.set(name, await promisify(gzip)(content));
  const page = { script, style, files: compressed };
  // Where nothing can be written it is bundled anew by each process, and works all the same.
  await keep(folder, page).catch(() => undefined);
  return page;
}

/** Whether the page could be had without the bundler. */
export async function isPageKept(): Promise<boolean> {
  return (await readKept(path.join(FOLDER, await fingerprint()))) !== undefined;
}

/** A file as it was before it was compressed. */
export async function unpacked(compressed: Buffer): Promise<Buffer> {
  return promisify(gunzip)(compressed);
}

/** Of all that the page is made from. */
async function fingerprint(): Promise<string> {
  const names = await readdir(SOURCES, { recursive: true, withFileTypes: true });
  const sources = names
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of [LOCKFILE, ...sources.sort()]) {
    hash
      .update(path.relative(CHECKOUT, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 20);
}

async function readKept(folder: string): Promise<BuiltPage | undefined> {
  const text = await readFile(path.join(folder, BEGINNING), 'utf8').catch(() => undefined);
  const beginning: unknown = text === undefined ? undefined : JSON.parse(text);
  if (!isRecord(beginning)) return undefined;
  const names = (await readdir(folder)).filter((name) => name !== BEGINNING);
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(folder, name))] as const),
  );
  return { script: String(beginning['script']), style: String(beginning['style']), files: new Map(files) };
}

/** It appears by one rename, whole; of two processes at once either may win. Older ones go. */
async function keep(folder: string, { script, style, files }: BuiltPage): Promise<void> {
  const draft = `${folder}.draft-${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  try {
    for (const [name, content] of files) await writeFile(path.join(draft, name), content);
    await writeFile(path.join(draft, BEGINNING), JSON.stringify({ script, style }));
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const others = (await readdir(FOLDER)).filter(
    (name) => name !== path.basename(folder) && !name.includes('draft'),
  );
  await Promise.all(others.map((name) => rm(path.join(FOLDER, name), { recursive: true, force: true })));
}
