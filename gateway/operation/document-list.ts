/**
 * The trusted documents of all manifests, found by id and by text. What is in it never changes: another set of
 * manifests makes another list. Knows no file, no schema and no request.
 */

import { createHash } from 'node:crypto';

import { GraphQLError, Kind, parse, type DocumentNode } from 'graphql';

import { GatewayError } from '../base/gateway-error.ts';
import { inTurns } from '../base/in-turns.ts';
import type { Limits } from './create-limits.ts';
import { plainId, shortId, ManifestRefused, type ListedDocument } from './read-manifest.ts';

export interface TrustedDocument {
  /** The first that it is listed under. */
  readonly id: string;
  readonly text: string;
  /** The name of its operation, where it has one operation and that has a name. */
  readonly soleName: string | undefined;
}

export interface DocumentList {
  /** In the order of the manifests; each text once, whatever it is called. */
  readonly all: readonly TrustedDocument[];
  /** By the id of a manifest, or by the SHA-256 of the text; with or without `sha256:` before it. */
  readonly byId: (id: string) => TrustedDocument | undefined;
  /** Byte for byte. */
  readonly byText: (text: string) => TrustedDocument | undefined;
}

/** Lower-case hexadecimal, of the text in UTF-8. */
export function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Rejects with ManifestRefused where one id stands for two documents. */
export async function createDocumentList(
  listed: Iterable<ListedDocument>,
  limits: Limits,
): Promise<DocumentList> {
  const byText = new Map<string, TrustedDocument>();
  const byId = new Map<string, TrustedDocument>();
  const problems: string[] = [];
  for await (const { id, text } of inTurns(listed)) {
    const document = byText.get(text) ?? { id, text, soleName: soleNameOf(text, limits) };
    byText.set(text, document);
    const known = byId.get(id) ?? document;
    byId.set(id, known);
    if (known !== document)
      problems.push(`The id ${JSON.stringify(shortId(id))} stands for two different documents.`);
  }
  if (problems.length > 0) throw new ManifestRefused(problems);
  const all = [...byText.values()];
  for await (const document of inTurns(all)) {
    const hash = hashOfText(document.text);
    if (!byId.has(hash)) byId.set(hash, document);
  }
  return { all, byId: (id) => byId.get(plainId(id)), byText: (text) => byText.get(text) };
}

/** Throws LIMIT_EXCEEDED, the refusal of a fragment that contains itself, or the GraphQLError of no GraphQL. */
export function parseWithinLimits(text: string, limits: Limits): DocumentNode {
  limits.checkText(text);
  return parse(text);
}

/** What cannot be read has none; why not is told when it is asked, and to operators when the list is checked. */
function soleNameOf(text: string, limits: Limits): string | undefined {
  try {
    const { definitions } = parseWithinLimits(text, limits);
    const [operation, ...others] = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    return others.length === 0 ? operation?.name?.value : undefined;
  } catch (error) {
    if (error instanceof GatewayError || error instanceof GraphQLError) return undefined;
    throw error;
  }
}
