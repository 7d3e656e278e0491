/**
 * The options about what operators learn of a running gateway: its log, its metrics, its traces, its readiness. Part
 * of `options.ts`.
 */

import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import { z } from 'zod';

import { httpUrl, milliseconds, positive } from './option-types.ts';

export const log = z
  .strictObject({
    level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .describe('The least severe lines that are written to standard output.'),
    subjectKey: z
      .string()
      .min(16)
      .optional()
      .describe(
        'The secret under which lines name who asked: `subjectHash` is an HMAC of the token’s subject. Without it ' +
          'each process takes one by chance, so that hashes agree only within one process and until it ends.',
      ),
    subgraphMessages: z
      .boolean()
      .default(false)
      .describe(
        'Whether lines quote the messages of subgraphs’ errors. They may hold rows of data; codes are told anyway.',
      ),
  })
  .prefault({})
  .describe('The log.');

const name = z.string().min(1).max(100);

export const metrics = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether GET /metrics answers with what Prometheus reads: requests, subgraphs, errors, caches, memory. ' +
          'It needs no token; keep the path to yourselves where clients reach the port.',
      ),
    maxOperations: positive
      .max(1_000)
      .default(50)
      .describe('The most operations that are measured by name; what comes after them is `other`.'),
    maxClients: positive
      .max(100)
      .default(10)
      .describe('The most clients that are measured by name; what comes after them is `other`.'),
    operations: z
      .array(name)
      .optional()
      .describe('The only operations that are measured by name, where strangers could use up the names.'),
    clients: z.array(name).optional().describe('The only clients that are measured by name.'),
  })
  .prefault({})
  .describe('What operators can measure.');

export const traces = z
  .strictObject({
    endpoint: httpUrl
      .optional()
      .describe(
        'Where spans are sent by OTLP over HTTP, with its path (such as `http://collector:4318/v1/traces`); nothing ' +
          'is traced without it. By default what OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT says.',
      ),
    headers: z
      .record(z.string(), z.string())
      .default({})
      .describe('Sent along with the spans, besides those of OTEL_EXPORTER_OTLP_HEADERS.'),
    sampleRatio: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe(
        'The part of the traces that is recorded. By default what OTEL_TRACES_SAMPLER and its argument say.',
      ),
    clientContext: z
      .enum(['restart', 'continue'])
      .default('restart')
      .describe(
        'What becomes of a `traceparent` that a request brings: `restart` begins a trace of its own, linked to it; ' +
          '`continue` goes on with it and its sampling, which lets whoever can ask decide what is recorded.',
      ),
    serviceName: z
      .string()
      .min(1)
      .default('tributary-gateway')
      .describe('By which name the gateway stands in traces; by default what OTEL_SERVICE_NAME says.'),
    maxQueuedSpans: positive
      .default(2_048)
      .describe('The most spans that wait to be sent; more are dropped and counted.'),
    exportEveryMs: milliseconds.default(5_000).describe('How long spans wait for others to be sent with.'),
  })
  .prefault({})
  .describe('Traces by OpenTelemetry.');

export const readiness = z
  .strictObject({
    operation: z
      .string()
      .refine(isQuery, { error: 'must be a GraphQL document with one query' })
      .optional()
      .describe('The query that says what is missing; without it each subgraph is asked `{ __typename }`.'),
    minimum: z
      .enum(['some', 'all'])
      .default('some')
      .describe(
        'What /ready needs for 200: that `some` of it is answered, so that one dead system does not take the gateway ' +
          'out of service, or `all` of it. What is missing is said either way.',
      ),
    scopes: z.array(z.string()).default([]).describe('The scopes with which that query is run.'),
    details: z
      .enum(['everyone', 'permitted'])
      .default('everyone')
      .describe(
        'Who is told more than a status: `everyone`, or only who asks from the machine itself or with a token that ' +
          'has the scope `ops:read`. `permitted` by default where NODE_ENV is production.',
      ),
  })
  .prefault({})
  .describe('When the gateway counts as ready.');

/** What the supergraph says to it is seen when it is asked; what is no query at all would never be answered. */
function isQuery(text: string): boolean {
  try {
    // Null where there are several or none.
    return getOperationAST(parse(text))?.operation === OperationTypeNode.QUERY;
  } catch {
    return false;
  }
}
