/**
 * The options about live updates: towards clients, and how each subgraph's events come. Part of `options.ts`.
 */

import { z } from 'zod';

import { milliseconds, pauseMs, positive } from './option-types.ts';

export const subscriptions = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether /graphql speaks WebSocket and event streams; without, it answers requests alone.'),
    maxConnections: positive
      .default(5_000)
      .describe('The most WebSockets and event streams that are open at a time, in each process.'),
    maxConnectionsPerAddress: positive
      .optional()
      .describe(
        'The most of them from one address (of IPv6: one network of 64 bits), in each process; without it, one address ' +
          'may have all. Set it where clients come by themselves or through `server.trustedProxies`: behind any other ' +
          'proxy all have its address.',
      ),
    maxSubscriptions: positive
      .default(10_000)
      .describe('The most subscriptions that run at a time, in each process.'),
    maxPerConnection: positive
      .default(100)
      .describe('The most operations that run at a time on one connection.'),
    maxPerPrincipal: positive
      .default(200)
      .describe('The most subscriptions of one principal at a time, in each process.'),
    maxAnonymous: positive
      .default(1_000)
      .describe('The most subscriptions of all who have no token together, in each process.'),
    initTimeoutMs: milliseconds
      .default(10_000)
      .describe('How long a WebSocket may take to say who it is (`connection_init`).'),
    keepAliveMs: milliseconds
      .default(12_000)
      .describe(
        'How often a quiet connection is told that it lives; one that is silent for twice as long is closed.',
      ),
    maxQueuedEvents: positive
      .default(64)
      .describe('The most events of one subscription that wait for a client that reads slowly.'),
    whenFull: z
      .enum(['end', 'dropOldest'])
      .default('end')
      .describe(
        'What becomes of a subscription for which more wait: `end` ends it with SUBSCRIPTION_TOO_SLOW; `dropOldest` forgets ' +
          'the event that waits longest, which is right where each event tells the state as of now.',
      ),
    stalledMs: milliseconds
      .default(30_000)
      .describe('How long one event may take to leave before the connection counts as dead.'),
    maxEventsRunning: positive
      .default(64)
      .describe('The most events that are resolved at a time, in each process; others wait for them.'),
    reopenForMs: pauseMs
      .default(60_000)
      .describe(
        'How long a subgraph’s stream that broke is opened again, while the client stays connected; then its ' +
          'subscriptions end with an error that says when to try again.',
      ),
  })
  .prefault({})
  .describe('Live updates: subscriptions over WebSocket and event streams (SSE).');

const PROTOCOLS = ['sse', 'websocket'] as const;
const COMPLETE = ['over', 'restart'] as const;

export const eventDefaults = {
  protocol: z
    .enum(PROTOCOLS)
    .default('sse')
    .describe(
      'How its events come: `sse`, each stream a POST of its own, or `websocket` (graphql-transport-ws), all streams ' +
        'on one connection.',
    ),
  maxSilenceMs: milliseconds
    .default(30_000)
    .describe('How long it may send nothing, not even a sign of life, before a stream counts as broken.'),
  maxStreams: positive
    .default(5_000)
    .describe('The most streams that are open at a time; more subscriptions are refused.'),
  completeMeans: z
    .enum(COMPLETE)
    .default('over')
    .describe(
      'What the end of an `sse` stream says: that no event will come any more (`over`), or that the subgraph goes ' +
        'down and the stream is to be opened again (`restart`).',
    ),
};

const SAME = 'Instead of the default of the same name.';

export const eventOverrides = {
  protocol: z.enum(PROTOCOLS).optional().describe(SAME),
  maxSilenceMs: milliseconds.optional().describe(SAME),
  maxStreams: positive.optional().describe(SAME),
  completeMeans: z.enum(COMPLETE).optional().describe(SAME),
};

export type SubscriptionOptions = z.output<typeof subscriptions>;
export type EventOptions = z.output<z.ZodObject<typeof eventDefaults>>;
