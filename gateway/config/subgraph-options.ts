/**
 * The options about calling subgraphs: addresses, limits, repetition, circuits, TLS. Part of `options.ts`.
 */

import { z } from 'zod';

import { httpUrl, milliseconds, pemFile, positive } from './option-types.ts';
import { eventDefaults, eventOverrides } from './subscription-options.ts';

const MEBIBYTE = 1024 * 1024;
const count = z.number().int().min(0);
const percent = z.number().min(0).max(100);

const retryDefaults = {
  max: count
    .default(2)
    .describe(
      'How often a query is asked again after it failed in a way that may pass; also a mutation that has an ' +
        'idempotency key and is marked `@idempotent`. 0 for never.',
    ),
  baseMs: milliseconds
    .default(50)
    .describe('The longest pause before the first repetition; it doubles from one to the next.'),
  maxMs: milliseconds
    .default(1_000)
    .describe(
      'The longest pause before any repetition, and what clients are told to wait where nothing else is known.',
    ),
  budgetPercent: percent
    .default(10)
    .describe(
      'The most repetitions of the last ten seconds, in percent of the calls; three are always allowed.',
    ),
};

const breakerDefaults = {
  enabled: z
    .boolean()
    .default(true)
    .describe('Whether a subgraph that keeps failing is left alone for a while.'),
  failures: positive.default(10).describe('How many calls must have failed within `windowMs`,'),
  percent: percent.default(50).describe('and how many in percent of all, before the circuit opens.'),
  windowMs: milliseconds.default(10_000).describe('The time that is looked back on.'),
  openMs: milliseconds
    .default(5_000)
    .describe(
      'How long nothing is called then; after it a single call finds out whether the subgraph is back.',
    ),
};

const subgraphDefaults = {
  timeoutMs: milliseconds
    .default(10_000)
    .describe(
      'The deadline of one call with all that belongs to it: waiting for a place, repetitions, the last byte. The ' +
        'subgraph is told what is left of it.',
    ),
  maxResponseBytes: positive.default(10 * MEBIBYTE).describe('The largest answer that is read.'),
  maxConnections: positive
    .default(32)
    .describe('The most calls that are under way at a time, each on a connection of its own.'),
  maxWaiting: count
    .default(1_000)
    .describe('The most calls that wait for one of these; more fail at once, and can be asked again.'),
  deduplicate: z
    .boolean()
    .default(false)
    .describe(
      'Whether identical queries that one principal asks of the subgraph at the same moment become one call; ' +
        'a mutation of the subgraph ends the sharing of what was asked before.',
    ),
  retries: z.strictObject(retryDefaults).prefault({}).describe('When a call is repeated.'),
  circuitBreaker: z
    .strictObject(breakerDefaults)
    .prefault({})
    .describe('When a subgraph that keeps failing is not called.'),
  subscriptions: z.strictObject(eventDefaults).prefault({}).describe('How events come.'),
};

const subgraphTls = z
  .strictObject({
    caFile: pemFile
      .optional()
      .describe(
        'The only authorities (PEM) that may vouch for the subgraph, instead of the well-known ones.',
      ),
    certFile: pemFile.optional().describe('The certificate (PEM) by which the gateway shows itself.'),
    keyFile: pemFile.optional().describe('The private key (PEM) of that certificate.'),
    serverName: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The name that the subgraph’s certificate must bear, where it is not the host of its address.',
      ),
  })
  .refine((given) => (given.certFile === undefined) === (given.keyFile === undefined), {
    error: 'needs certFile and keyFile together',
  });

const SAME = 'Instead of the default of the same name.';

const retryOverrides = {
  max: count.optional().describe(SAME),
  baseMs: milliseconds.optional().describe(SAME),
  maxMs: milliseconds.optional().describe(SAME),
  budgetPercent: percent.optional().describe(SAME),
};

const breakerOverrides = {
  enabled: z.boolean().optional().describe(SAME),
  failures: positive.optional().describe(SAME),
  percent: percent.optional().describe(SAME),
  windowMs: milliseconds.optional().describe(SAME),
  openMs: milliseconds.optional().describe(SAME),
};

const subgraphOverride = z.strictObject({
  url: httpUrl.optional().describe('The address to call instead of the routing URL in the supergraph.'),
  timeoutMs: milliseconds.optional().describe(SAME),
  maxResponseBytes: positive.optional().describe(SAME),
  maxConnections: positive.optional().describe(SAME),
  maxWaiting: count.optional().describe(SAME),
  deduplicate: z.boolean().optional().describe(SAME),
  retries: z.strictObject(retryOverrides).prefault({}).describe('When a call is repeated.'),
  circuitBreaker: z
    .strictObject(breakerOverrides)
    .prefault({})
    .describe('When a subgraph that keeps failing is not called.'),
  subscriptions: z.strictObject(eventOverrides).prefault({}).describe('How events come.'),
  tls: subgraphTls
    .optional()
    .describe('TLS to this subgraph; its address must be https. Changed files hold for new connections.'),
});

export const subgraphs = z
  .strictObject({
    defaults: z.strictObject(subgraphDefaults).prefault({}).describe('What holds for every subgraph.'),
    overrides: z
      .record(z.string(), subgraphOverride)
      .prefault({})
      .describe('What differs for one subgraph, by its name in the supergraph.'),
  })
  .prefault({})
  .describe('How the subgraphs are called.');

export type SubgraphTls = z.output<typeof subgraphTls>;
/** What holds for one subgraph, when its own options are laid over the defaults. */
export type SubgraphSettings = z.output<z.ZodObject<typeof subgraphDefaults>>;
export type RetryOptions = SubgraphSettings['retries'];
export type BreakerOptions = SubgraphSettings['circuitBreaker'];
