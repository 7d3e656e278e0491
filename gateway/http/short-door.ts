/**
 * The door before the web framework: a POST whose operation has been answered before is answered on Node's own request
 * and response. Whatever is out of the ordinary goes on to the framework, which takes up what was found out by then.
 * Knows no GraphQL.
 */

import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

import type { Stopping } from '../../schema/contract/stop-serving.ts';
import type { Config } from '../config/options.ts';
import type { Documents } from '../request/create-documents.ts';
import { WORTH_COMPRESSING_BYTES } from './add-encodings.ts';
import type { ContentTypes } from './content-types.ts';
import { GRAPHQL_PATH } from './graphql-path.ts';
import { noteWishes } from './graphql-route.ts';
import { withNamedDocument } from './named-document.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { readJson } from './read-json.ts';
import type { ShortAnswer, ShortWay } from './short-way.ts';
import { TOKEN_HEADER } from './single-connection.ts';
import type { KnownBefore, Visit } from './visit.ts';
import type { Visits } from './visits.ts';

export interface ShortDoorParts {
  readonly options: Config['server'];
  readonly visits: Visits;
  readonly documents: Documents;
  readonly contentTypes: ContentTypes;
  readonly shortWay: ShortWay;
  readonly toldScopes: readonly string[] | undefined;
  readonly stopping: Stopping;
}

/** What clients call JSON; who calls it otherwise goes through the framework. */
const JSON_TYPES: ReadonlySet<string | undefined> = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
]);

/** Once the framework has put its own door there. */
export function openShortDoor(server: Server, parts: ShortDoorParts): void {
  // Reason for the cast: Node's types say `Function` of every event's listeners.
  const [handOn] = server.listeners('request') as RequestListener[];
  // Pages of other origins need headers that the framework sets.
  if (handOn === undefined || parts.options.cors !== undefined) return;
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (isOrdinary(request, parts)) void answerOrHandOn(parts, handOn, { request, response });
    else handOn(request, response);
  });
}

function isOrdinary({ method, url, headers }: IncomingMessage, parts: ShortDoorParts): boolean {
  if (method !== 'POST' || url !== GRAPHQL_PATH || !JSON_TYPES.has(headers['content-type'])) return false;
  const length = Number(headers['content-length']);
  return (
    length <= parts.options.maxBodyBytes &&
    headers['content-encoding'] === undefined &&
    headers.host !== undefined &&
    headers[TOKEN_HEADER] === undefined &&
    // A type is known once the long way has answered so.
    parts.contentTypes.known(headers.accept) !== undefined
  );
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Never rejects. */
async function answerOrHandOn(
  parts: ShortDoorParts,
  handOn: RequestListener,
  { request, response }: Exchange,
): Promise<void> {
  try {
    const visit = parts.visits.begin(request, response);
    visit.route = GRAPHQL_PATH;
    await parts.visits.admit(visit);
    const body = await readBody(request);
    // Who has gone reads no answer.
    if (body === undefined) return;
    visit.known = { body };
    visit.known = findOut(parts, visit, body);
    const answer = await visit.known.short;
    if (answer !== undefined && send(answer, visit, parts.stopping)) return;
  } catch {
    // The framework comes to the same, and knows how to tell it.
  }
  handOn(request, response);
}

/** Throws BAD_REQUEST. */
function findOut(parts: ShortDoorParts, visit: Visit, body: Buffer): KnownBefore {
  const json = readJson(body.toString());
  const { context, request } = visit;
  const { headers } = request;
  context.outcome.handled();
  noteWishes(visit, parts.toldScopes);
  const posted = { method: 'POST', url: GRAPHQL_PATH, params: {}, headers, body: json, visit };
  // A refusal is kept too: what was refused is counted once.
  const asked = Promise.try(() => withNamedDocument(posted, parts.documents));
  const short = asked.then((found) => parts.shortWay(found.body, headers, context));
  context.outcome.work = short;
  return { body, asked, short };
}

/** Whole; undefined where the client goes before it has sent all. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [first, ...others] = chunks;
      resolve(first === undefined || others.length > 0 ? Buffer.concat(chunks) : first);
    });
    request.on('error', () => resolve(undefined));
  });
}

/** False where it has to be compressed first: nothing is sent then. */
function send({ status, contentType, text }: ShortAnswer, visit: Visit, stopping: Stopping): boolean {
  const { request, response, account } = visit;
  const length = Buffer.byteLength(text);
  if (length >= WORTH_COMPRESSING_BYTES && request.headers['accept-encoding'] !== undefined) return false;
  visit.contentLength = () => length;
  response.writeHead(status, {
    ...visit.headers,
    'content-type': contentType,
    ...(account === undefined ? {} : rateLimitHeaders(account)),
    ...(stopping.stage === 'serving' ? {} : { connection: 'close' }),
    'content-length': length,
  });
  response.end(text);
  return true;
}
