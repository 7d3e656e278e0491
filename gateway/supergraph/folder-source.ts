/**
 * A supergraph composed of a folder with the SDL of each subgraph, by the rules of `npm run schema:compose`. Knows no
 * permissions: what they demand must stand in the SDLs.
 */

import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { whyUnreadable } from '../../schema/contract/why-unreadable.ts';
import { composeInThread, type CompositionLimits } from './composition/compose-in-thread.ts';
import type { SubgraphSource } from './composition/compose-supergraph.ts';
import { formatProblem } from './composition/schema-problem.ts';
import { decodeText } from './decode-text.ts';
import { parseSupergraph, type Supergraph } from './read-supergraph.ts';
import { LastJudged, type SupergraphSource } from './source.ts';
import { SupergraphRefused } from './supergraph-refused.ts';
import { stampOfFile, watchFiles } from './watch-files.ts';

export interface FolderParts {
  readonly folder: string;
  readonly maxBytes: number;
  readonly limits: CompositionLimits;
  /** Undefined where nothing says where a subgraph is called: the folder is refused then. */
  readonly addressOf: (subgraph: string) => string | undefined;
}

const EXTENSION = '.graphql';
/** What `npm run schema:compose` leaves beside the SDLs. */
const COMPOSED = 'supergraph.graphql';
const NAME = /^[A-Za-z][\w-]*$/;

export function createFolderSource(parts: FolderParts): SupergraphSource {
  const { folder } = parts;
  const stopped = new AbortController();
  const judged = new LastJudged();
  let key: string | undefined;

  async function readNow(): Promise<Supergraph | 'unchanged'> {
    key = undefined;
    const sources = await readSources(parts);
    const latest = JSON.stringify(sources);
    if (judged.isServed(latest)) return 'unchanged';
    const owners = sources.map(({ name }) => name);
    const outcome = await composeInThread({ sources, owners }, parts.limits, stopped.signal);
    key = latest;
    if (outcome.kind === 'composed') return parseSupergraph(folder, outcome.supergraph);
    throw new SupergraphRefused('not_composable', outcome.problems.map(formatProblem));
  }

  return {
    read: () =>
      readNow().catch((error: unknown) => {
        // Whoever ends does not want to hear that composing is given up.
        if (stopped.signal.aborted) return 'given up';
        throw error;
      }),
    async judge(refusal) {
      if (key !== undefined) judged.remember(key, refusal);
    },
    readKept: () => Promise.resolve(undefined),
    watch: (look) => watchFiles(() => stampOfFolder(folder), look, stopped.signal),
    stop: () => stopped.abort(),
  };
}

async function readSources({ folder, maxBytes, addressOf }: FolderParts): Promise<readonly SubgraphSource[]> {
  const files = await sdlFiles(folder).catch((error: unknown) => {
    throw refusedAt(folder, whyUnreadable(error));
  });
  if (files.length === 0) throw refusedAt(folder, `holds no file NAME${EXTENSION}`);
  const problems: string[] = [];
  const sources: SubgraphSource[] = [];
  let size = 0;
  for (const file of files) {
    const name = basename(file, EXTENSION);
    const bytes = await readFile(file).catch((error: unknown) =>
      Promise.reject(refusedAt(file, whyUnreadable(error))),
    );
    size += bytes.length;
    if (size > maxBytes) throw tooLarge(folder, maxBytes);
    const url = addressOf(name) ?? '';
    if (!NAME.test(name)) problems.push(`${file}:1:1: ${name} is no name for a subgraph.`);
    else if (url === '') problems.push(noAddress(file, name));
    sources.push({ name, file, sdl: decodeText(file, bytes), url });
  }
  if (problems.length > 0) throw new SupergraphRefused('not_composable', problems);
  return sources;
}

function noAddress(file: string, name: string): string {
  return `${file}:1:1: nothing says where ${name} is called: set subgraphs.overrides.${name}.url.`;
}

function refusedAt(place: string, says: string): SupergraphRefused {
  return new SupergraphRefused('unreachable', [`The supergraph cannot be composed: ${place} ${says}.`]);
}

function tooLarge(folder: string, maxBytes: number): SupergraphRefused {
  return new SupergraphRefused('too_large', [
    `The files in ${folder} are larger than ${maxBytes} bytes together.`,
  ]);
}

async function sdlFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith(EXTENSION) && !name.startsWith('.') && name !== COMPOSED)
    .sort()
    .map((name) => join(folder, name));
}

/** Of all files together, so that several that change at once are one change. */
async function stampOfFolder(folder: string): Promise<string | undefined> {
  const files = await sdlFiles(folder).catch(() => undefined);
  if (files === undefined) return undefined;
  const stamps = files.map(async (file) => `${file} ${await stampOfFile(file)}`);
  return (await Promise.all(stamps)).join();
}
