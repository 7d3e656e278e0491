/**
 * What the bundler puts in place of a name or of an import, for the type checker. Knows no value.
 */

/** The files of the editor's workers by what the editor calls them. */
declare const WORKER_FILES: Readonly<Record<string, string>>;

declare module '*.css';
