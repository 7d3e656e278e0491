/**
 * A manifest of trusted documents in a file of its own, in the formats of the tools that write them. Knows no gateway.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ManifestFile {
  readonly file: string;
  write(content: unknown): void;
  stop(): void;
}

/** What is no text is written as JSON. */
export function manifestFile(content: unknown): ManifestFile {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-manifest-'));
  const file = join(folder, 'persisted-documents.json');
  const write = (written: unknown) =>
    writeFileSync(file, typeof written === 'string' ? written : JSON.stringify(written));
  write(content);
  return { file, write, stop: () => rmSync(folder, { recursive: true }) };
}

/** As @apollo/generate-persisted-query-manifest writes it. */
export function apolloManifest(documents: Readonly<Record<string, string>>): object {
  const operations = Object.entries(documents).map(([id, body]) => {
    const [type, name] = /^(\w+) (\w+)/.exec(body)?.slice(1) ?? [];
    return { id, name, type, body };
  });
  return { format: 'apollo-persisted-query-manifest', version: 1, operations };
}
