/**
 * Bundles the console's page by esbuild, which is installed for development alone: the page, what it loads later, and
 * the workers of its editor, each under a name that changes with its content. Knows no server and keeps nothing.
 */

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { BuildOptions, BuildResult, Plugin } from 'esbuild';

import type { Bundled } from './built-page.ts';

const PAGE = fileURLToPath(new URL('page/', import.meta.url));

const WORKERS = {
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js',
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
};

/** The one style sheet of GraphiQL has the editor's already. */
const withoutEditorStyles: Plugin = {
  name: 'without-editor-styles',
  setup(build) {
    build.onLoad({ filter: /monaco-editor[\\/]esm[\\/].*\.css$/ }, () => ({ contents: '', loader: 'empty' }));
  },
};

/** Rejects where esbuild is not installed. */
export async function bundlePage(): Promise<Bundled> {
  const { build } = await import('esbuild');
  const workers = await build({ ...COMMON, entryPoints: WORKERS });
  const workerNames = Object.fromEntries(
    Object.keys(WORKERS).map((label) => [label, outputNamed(workers, label, '.js')]),
  );
  const page = await build({
    ...COMMON,
    entryPoints: { page: path.join(PAGE, 'page.tsx') },
    splitting: true,
    define: { ...COMMON.define, WORKER_FILES: JSON.stringify(workerNames) },
    plugins: [withoutEditorStyles],
  });
  const outputs = [...workers.outputFiles, ...page.outputFiles];
  return {
    script: outputNamed(page, 'page', '.js'),
    style: outputNamed(page, 'page', '.css'),
    files: new Map(outputs.map(({ path: file, contents }) => [path.basename(file), contents])),
  };
}

const COMMON = {
  bundle: true,
  format: 'esm',
  minify: true,
  write: false,
  metafile: true,
  target: 'es2022',
  absWorkingDir: PAGE,
  outdir: path.join(PAGE, 'out'),
  entryNames: '[name]-[hash]',
  chunkNames: 'part-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.ttf': 'file' },
  jsx: 'automatic',
  logLevel: 'silent',
  legalComments: 'eof',
  define: { 'process.env.NODE_ENV': '"production"' },
} as const satisfies BuildOptions;

function outputNamed({ outputFiles = [] }: BuildResult, entry: string, extension: string): string {
  const names = outputFiles.map(({ path: file }) => path.basename(file));
  const found = names.find((name) => name.startsWith(`${entry}-`) && name.endsWith(extension));
  if (found === undefined) throw new Error(`the bundle has no ${entry}${extension}`);
  return found;
}
