/**
 * Every option of the gateway, once: its type, its default, its unit (in the name) and one sentence about it.
 * The JSON Schema and the reference page are made from this. Knows neither files nor the environment.
 */

import { z } from 'zod';

import { batching } from './batch-options.ts';
import { access, callerProof, identity } from './caller-options.ts';
import { documents } from './document-options.ts';
import { consoleOptions } from './console-options.ts';
import { limits } from './limit-options.ts';
import { httpUrl, milliseconds, pauseMs, pemFile, positive } from './option-types.ts';
import { forwardedHeader, rateLimits, trustedProxies } from './rate-limit-options.ts';
import { store } from './store-options.ts';
import { subgraphs } from './subgraph-options.ts';
import { subscriptions } from './subscription-options.ts';
import { supergraph } from './supergraph-options.ts';
import { log, metrics, readiness, traces } from './telemetry-options.ts';

import { TLS_VERSIONS } from '../../schema/contract/serve-tls.ts';

const MEBIBYTE = 1024 * 1024;
const MOST_WORKERS = 256;

const serverTls = z
  .strictObject({
    certFile: pemFile.describe(
      'The certificate (PEM) with its chain. Changed files hold for new connections.',
    ),
    keyFile: pemFile.describe('The private key (PEM) of the certificate.'),
    minVersion: z.enum(TLS_VERSIONS).default('TLSv1.2').describe('The oldest version of TLS that is spoken.'),
    clientCaFile: pemFile
      .optional()
      .describe('Authorities (PEM); clients must show a certificate of one of them, for the probes too.'),
    clientNames: z
      .array(z.string().min(1))
      .default([])
      .describe('DNS names, one of which a client’s certificate must bear; an empty list allows every name.'),
  })
  .refine((given) => given.clientCaFile !== undefined || given.clientNames.length === 0, {
    error: 'needs clientCaFile where clientNames are given',
  })
  .optional()
  .describe('TLS for clients; without it the gateway speaks plain HTTP.');

const cors = z
  .strictObject({
    origins: z
      .array(z.union([z.literal('*'), httpUrl], { error: 'must be an http or https URL, or `*`' }))
      .min(1)
      .describe('The origins whose pages may call, such as `https://shop.example`; `*` allows every one.'),
    credentials: z
      .boolean()
      .default(false)
      .describe('Whether browsers may send cookies along; a bearer token needs it not.'),
    maxAgeSeconds: positive
      .default(600)
      .describe('How long browsers may remember the answer to a preflight.'),
  })
  .refine(({ origins, credentials }) => !credentials || !origins.includes('*'), {
    error: 'must name its origins where credentials are sent',
  })
  .optional()
  .describe('Which pages of other origins may call the gateway from a browser; none without it.');

const server = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('The address that the gateway listens on.'),
    port: z
      .number()
      .int()
      .min(0)
      .max(65535)
      .default(4000)
      .describe('The TCP port that the gateway listens on; 0 takes any free one.'),
    workers: z
      .union([positive.max(MOST_WORKERS), z.literal('cores')], {
        error: `must be a whole number from 1 to ${MOST_WORKERS}, or \`cores\``,
      })
      .default(1)
      .describe(
        'How many processes answer on the port: a number, or `cores` for as many as there are. One that dies is ' +
          'started again; each has its own caches and its own planning process.',
      ),
    maxBodyBytes: positive.default(MEBIBYTE).describe('The largest request body that is read.'),
    maxRequests: positive
      .default(256)
      .describe('The most requests that are at work at a time, in each process.'),
    maxWaiting: z
      .number()
      .int()
      .min(0)
      .default(1_024)
      .describe('The most requests that wait for that; more are answered 503 with `Retry-After` at once.'),
    deadlineMs: milliseconds
      .default(30_000)
      .describe('How long the answer to a request may take; calls to subgraphs get what is left of it.'),
    receiveTimeoutMs: milliseconds
      .default(30_000)
      .describe('How long a client may take to send a request, head and body; then the answer is 408.'),
    drainDelayMs: pauseMs
      .default(500)
      .describe(
        'How long the gateway goes on accepting after a signal to stop, while /ready answers 503 and every answer ' +
          'closes its connection: longer than a load balancer needs to notice, and than clients let a connection rest.',
      ),
    shutdownGraceMs: milliseconds
      .default(10_000)
      .describe('How long running requests may take to finish after that.'),
    trustedProxies,
    forwardedHeader,
    cors,
    tls: serverTls,
  })
  .prefault({})
  .describe('The HTTP server.');

const execution = z
  .strictObject({
    engine: z
      .enum(['compiled', 'apollo'])
      .default('compiled')
      .describe(
        '`compiled` plans and compiles each operation once and then only runs it; `apollo` sends every operation ' +
          'through @apollo/gateway, whose planner gets some supergraphs wrong that `compiled` gets right.',
      ),
  })
  .prefault({})
  .describe('How operations are run.');

const planning = z
  .strictObject({
    timeoutMs: milliseconds
      .default(10_000)
      .describe('How long the planning of one operation may take before the operation is refused.'),
    maxHeapMb: positive
      .default(256)
      .describe(
        'How much memory the planning of one operation may take, beside what is kept of the supergraph.',
      ),
  })
  .prefault({})
  .describe('How operations are planned; the `compiled` engine does it in a process of its own.');

const introspection = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether clients may read the schema, and whether errors suggest names from it (“Did you mean”); ' +
          'false by default where NODE_ENV is production.',
      ),
    filtered: z
      .boolean()
      .default(false)
      .describe(
        'Whether the schema that somebody reads has only what they could ever see, as far as the supergraph says it, ' +
          'and no error suggests a name; for the engine `compiled` alone.',
      ),
  })
  .prefault({})
  .describe('What clients may learn about the schema.');

export const optionsSchema = z.strictObject({
  server,
  supergraph,
  subgraphs,
  identity,
  callerProof,
  execution,
  planning,
  documents,
  limits,
  batching,
  rateLimits,
  subscriptions,
  access,
  introspection,
  store,
  console: consoleOptions,
  log,
  metrics,
  traces,
  readiness,
});

/** The options with every default filled in; file names are as the process can open them. */
export type Config = z.output<typeof optionsSchema>;
export type IssuerConfig = NonNullable<Config['identity']>['issuers'][number];
