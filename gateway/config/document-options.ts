/**
 * The options about documents that are known by an id: those that are trusted, and those that clients store
 * themselves. Part of `options.ts`.
 */

import { z } from 'zod';

import { pauseMs, positive } from './option-types.ts';

const MEBIBYTE = 1024 * 1024;
/** The cache takes its room for the names of all of them at once. */
const MOST_DOCUMENTS = 1_000_000;
const YEAR_S = 365 * 24 * 60 * 60;

const manifest = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe(
      'A manifest as graphql-codegen, Relay or Apollo’s tool writes it. A changed file is taken over within seconds, ' +
        'without a restart; one that cannot be used is refused and the old one stays.',
    ),
});

const automatic = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether clients may store a document by its SHA-256 and ask it by that alone (Apollo’s automatic persisted ' +
          'queries); in the mode `only` nobody may.',
      ),
    maxBytes: positive
      .default(8 * MEBIBYTE)
      .describe(
        'How much memory such documents may take, in each process; what was not asked for longest goes.',
      ),
    maxDocuments: positive
      .max(MOST_DOCUMENTS)
      .default(10_000)
      .describe('How many of them are kept at most, in each process.'),
    expirySeconds: positive
      .max(YEAR_S)
      .default(24 * 60 * 60)
      .describe('How long one is kept that nobody asks for; a client stores it again when it is gone.'),
  })
  .prefault({})
  .describe('Documents that clients store themselves.');

export const documents = z
  .strictObject({
    mode: z
      .enum(['off', 'log', 'only'])
      .default('off')
      .describe(
        '`off`: no document is trusted and every one is run; `log`: those that the manifests do not list are run, ' +
          'counted and logged; `only`: they are refused.',
      ),
    manifests: z.array(manifest).default([]).describe('The files that list the trusted documents.'),
    bypassScope: z
      .string()
      .min(1)
      .optional()
      .describe('The scope whose holders may ask any document in the mode `only`; nobody may without it.'),
    prepareMs: pauseMs
      .default(30_000)
      .describe(
        'How long /ready waits at the start until the trusted documents are planned and compiled, and how long a ' +
          'new supergraph waits for it; 0 prepares none.',
      ),
    automatic,
  })
  .refine(({ mode, manifests }) => mode === 'off' || manifests.length > 0, {
    error: 'needs manifests where the mode is not `off`',
  })
  .prefault({})
  .describe('Documents that are asked by an id.');
