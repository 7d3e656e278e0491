/**
 * The manifests of trusted documents from their files, as one list. Knows which files, not when they change.
 */

import { readFile } from 'node:fs/promises';

import { whyUnreadable } from '../../schema/contract/why-unreadable.ts';
import { StartRefused } from '../base/start-refused.ts';
import type { Limits } from '../operation/create-limits.ts';
import { createDocumentList, hashOfText, type DocumentList } from '../operation/document-list.ts';
import { ManifestRefused, readManifest, type ListedDocument } from '../operation/read-manifest.ts';

export interface ReadManifests {
  readonly list: DocumentList;
  /** The same for the same files. */
  readonly stamp: string;
}

/** Rejects with StartRefused, which names every problem of every file. */
export async function readManifests(files: readonly string[], limits: Limits): Promise<ReadManifests> {
  const read = await Promise.all(files.map(readOne));
  const problems = read.flatMap((each) => ('problems' in each ? each.problems : []));
  if (problems.length > 0) throw new StartRefused(problems);
  const manifests = read.filter((each) => 'listed' in each);
  const listed = manifests.flatMap((each) => each.listed);
  try {
    const list = await createDocumentList(listed, limits);
    return { list, stamp: manifests.map(({ stamp }) => stamp).join(' ') };
  } catch (error) {
    if (!(error instanceof ManifestRefused)) throw error;
    throw new StartRefused(error.problems.map((problem) => `documents.manifests: ${problem}`));
  }
}

type ReadFile =
  | { readonly listed: readonly ListedDocument[]; readonly stamp: string }
  | { readonly problems: readonly string[] };

async function readOne(file: string): Promise<ReadFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (problem) {
    return { problems: [`The manifest ${file} ${whyUnreadable(problem)}.`] };
  }
  try {
    return { listed: readManifest(text), stamp: hashOfText(text) };
  } catch (error) {
    if (!(error instanceof ManifestRefused)) throw error;
    return { problems: error.problems.map((problem) => `The manifest ${file}: ${problem}`) };
  }
}
