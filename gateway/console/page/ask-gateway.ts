/**
 * How the console asks: over HTTP, in parts where something is deferred, and over a WebSocket for subscriptions; each
 * as whoever is chosen. Notes what the answer tells of its run. Knows no component.
 */

import { createGraphiQLFetcher, type Fetcher, type FetcherOpts, type FetcherParams } from '@graphiql/toolkit';
import { Kind, parse, type DocumentNode } from 'graphql';
import { createClient, type Client } from 'graphql-ws';

import type { ExplainedOperation } from '../../base/operation-report.ts';
import { authorizationNow, caller } from './caller.ts';
import { lastRun, withPart, type AnswerError, type AnswerPart, type Cost } from './last-run.ts';

/**
 * Of the formats of answers in parts, one that GraphiQL reads. Plain JSON, because a mistake in an operation is then no
 * failed request, about which a browser would complain with every letter that is typed.
 */
const ACCEPTED = 'multipart/mixed; incrementalSpec=v0.2, application/json';

let socket: Client | undefined;

/** A connection belongs to whom it was opened for. */
caller.subscribe(() => {
  void socket?.dispose();
  socket = undefined;
});

export const askGateway: Fetcher = async (asked, options) => {
  const ownHeaders = Object.keys(options?.headers ?? {}).map((name) => name.toLowerCase());
  // Whoever writes that header means it.
  const asWhom = ownHeaders.includes('authorization') ? {} : await authorization();
  const fetcher = createGraphiQLFetcher({
    url: 'graphql',
    wsClient: (socket ??= openSocket()),
    headers: { accept: ACCEPTED, 'x-report-cost': 'true', 'x-report-calls': 'true', ...asWhom },
  });
  const startedAt = performance.now();
  const answer = await fetcher(...asWritten(asked, options));
  // The schema is asked for by the page itself.
  if (asked.operationName === 'IntrospectionQuery') return answer;
  lastRun.set(undefined);
  const note = (given: unknown) => {
    const begun = lastRun.get() ?? { errors: [], tookMs: 0 };
    // Reason for the cast: answers of our own gateway.
    const parts = (Array.isArray(given) ? given : [given]) as readonly AnswerPart[];
    const tookMs = performance.now() - startedAt;
    lastRun.set(parts.reduce((run, part) => withPart(run, part, tookMs), begun));
  };
  if (Symbol.asyncIterator in answer) return noted(answer, note);
  note(answer);
  return withoutReport(answer);
};

/** What is run is what stands there: the page tells the name and the document a moment later than the text. */
function asWritten(asked: FetcherParams, options: FetcherOpts | undefined): [FetcherParams, FetcherOpts] {
  const { operationName, ...unnamed } = asked;
  const documentAST = documentOf(asked.query);
  if (documentAST === undefined) return [asked, options ?? {}];
  const isThere = documentAST.definitions.some(
    (node) => node.kind === Kind.OPERATION_DEFINITION && node.name?.value === operationName,
  );
  return [isThere ? asked : unnamed, { ...options, documentAST }];
}

/** Undefined where it cannot be read; what is wrong with it is the gateway's to say. */
function documentOf(text: string): DocumentNode | undefined {
  try {
    return parse(text, { noLocation: true });
  } catch {
    return undefined;
  }
}

export interface Explained {
  readonly plan?: ExplainedOperation;
  readonly cost?: Cost;
  readonly errors: readonly AnswerError[];
}

/** The plan of an operation, which is not run. */
export async function askForPlan(
  asked: {
    readonly query: string;
    readonly operationName?: string | undefined;
    readonly variables?: unknown;
  },
  signal: AbortSignal,
): Promise<Explained> {
  const response = await fetch('console/plan', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(await authorization()),
    },
    body: JSON.stringify(asked),
    signal,
  });
  // Reason for the cast: our own answer.
  const { errors = [], extensions } = (await response.json()) as {
    readonly errors?: readonly AnswerError[];
    readonly extensions?: Omit<Explained, 'errors'>;
  };
  return { ...extensions, errors };
}

async function authorization(): Promise<{ readonly authorization?: string }> {
  const given = await authorizationNow();
  return given === undefined ? {} : { authorization: given };
}

function openSocket(): Client {
  const url = new URL('graphql', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  return createClient({
    url: url.href,
    connectionParams: () => authorization(),
    // By itself it gives up where the first way back is refused, as by a gateway that is just starting again.
    shouldRetry: () => true,
  });
}

/** The same, and each part noted on its way. Ending it early ends what it came from. */
async function* noted<Part>(parts: AsyncIterable<Part>, note: (part: Part) => void): AsyncGenerator<Part> {
  try {
    for await (const part of parts) {
      note(part);
      yield withoutReport(part);
    }
  } catch (problem) {
    // A browser's event says nothing of what it is about.
    throw problem instanceof Event ? new Error('No connection to the gateway: run it again.') : problem;
  }
}

/** What another client would get: cost and calls stand elsewhere on the page. */
function withoutReport<Answer>(answer: Answer): Answer {
  // Reason for the cast: a list of answers of our own gateway is one again.
  if (Array.isArray(answer)) return answer.map(withoutReport) as Answer;
  if (typeof answer !== 'object' || answer === null || !('extensions' in answer)) return answer;
  const { extensions, ...others } = answer;
  const told = Object.entries(extensions ?? {}).filter(([name]) => name !== 'cost' && name !== 'calls');
  // Reason for the cast: the same, with fewer extensions.
  return (told.length === 0 ? others : { ...others, extensions: Object.fromEntries(told) }) as Answer;
}
