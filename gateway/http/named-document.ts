/**
 * What an HTTP request asks, with the document in it that it names by an id: in the body of a POST, in the parameters
 * of a URL, or as a path of its own (`/graphql/ID`; GraphQL over HTTP, Appendix A). Knows where a request has what,
 * and not which document is meant.
 */

import type { FastifyRequest } from 'fastify';

import { GatewayError } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import { ID_PARAMETERS } from '../request/document-parameters.ts';
import type { Documents } from '../request/create-documents.ts';
import type { Asker } from '../request/resolve-document.ts';

export interface AskedRequest {
  /** Parsed from JSON; undefined for GET. */
  readonly body: unknown;
  /** With the question mark; empty where there is none. */
  readonly search: string;
}

const CLIENT_NAME = 'apollographql-client-name';
/** Of the parameters of a URL, those that are read here; a second one would be for somebody else to read. */
const READ_ONCE = ['query', 'operationName', 'extensions', ...ID_PARAMETERS];

type NamingRequest = Pick<FastifyRequest, 'method' | 'url' | 'params' | 'headers' | 'body' | 'visit'>;

/** At once, except where a store is asked for the document. Throws, or rejects with, what `resolve` does. */
export function withNamedDocument(
  request: NamingRequest,
  { mode, resolve }: Documents,
): AskedRequest | Promise<AskedRequest> {
  const search = searchOf(request.url);
  const isPost = request.method === 'POST';
  const isAsIs = !isPost && mode === 'off' && !search.includes('persistedQuery');
  const parameters = isAsIs ? undefined : isPost ? bodyOf(request) : parametersOf(request, search);
  if (parameters === undefined) return { body: request.body, search };
  const resolved = resolve(parameters, {
    context: request.visit.context,
    clientName: clientNameOf(request),
  });
  const asked = (found: JsonObject): AskedRequest => {
    if (isPost) return { body: found, search };
    return { body: undefined, search: found === parameters ? search : searchFrom(found, search) };
  };
  return resolved instanceof Promise ? resolved.then(asked) : asked(resolved);
}

/** One operation of several in a request. */
export interface NamedOperation {
  /** With its document where it names one. */
  readonly body: unknown;
  /** Why it is not run; the others are. */
  readonly refusal?: GatewayError;
  readonly keepDocument: (() => void) | undefined;
}

/** In their order. Never rejects. */
export function withNamedDocuments(
  operations: readonly unknown[],
  request: FastifyRequest,
  { resolve }: Documents,
): Promise<readonly NamedOperation[]> {
  const { principal, log } = request.visit.context;
  const clientName = clientNameOf(request);
  return Promise.all(
    operations.map(async (body): Promise<NamedOperation> => {
      if (!isRecord(body)) return { body, refusal: noOperation(), keepDocument: undefined };
      const context: Asker['context'] = { principal, log, keepDocument: undefined };
      try {
        const resolved = await resolve(body, { context, clientName });
        return { body: resolved, keepDocument: context.keepDocument };
      } catch (problem) {
        const refusal = problem instanceof GatewayError ? problem : new GatewayError('INTERNAL', {}, problem);
        return { body, refusal, keepDocument: undefined };
      }
    }),
  );
}

/** The server library would say that lists are off, or that there is no body. */
function noOperation(): GatewayError {
  return new GatewayError('BAD_REQUEST', { reason: 'An operation in a list must be a JSON object.' });
}

function bodyOf({ body, params }: NamingRequest): JsonObject | undefined {
  return isRecord(body) ? withPath(body, params) : undefined;
}

function parametersOf({ params }: NamingRequest, search: string): JsonObject {
  const given = new URLSearchParams(search);
  const parameters = READ_ONCE.flatMap((name) => {
    const [value, ...others] = given.getAll(name);
    if (others.length > 0)
      throw new GatewayError('BAD_REQUEST', {
        argument: name,
        reason: 'The parameter may stand in a URL once.',
      });
    return value === undefined ? [] : [[name, name === 'extensions' ? jsonOf(value) : value] as const];
  });
  return withPath(Object.fromEntries(parameters), params);
}

/** A path names the document as `documentId` does. */
function withPath(parameters: JsonObject, params: unknown): JsonObject {
  const id = isRecord(params) ? params['documentId'] : undefined;
  if (id === undefined) return parameters;
  if (parameters['documentId'] === undefined) return { ...parameters, documentId: id };
  throw new GatewayError('BAD_REQUEST', { reason: 'The request names its document twice.' });
}

/** What was read is replaced by what it means; what was not stays as it was. */
function searchFrom(resolved: JsonObject, search: string): string {
  const parameters = new URLSearchParams(search);
  for (const name of READ_ONCE) {
    const value = resolved[name];
    if (value === undefined) parameters.delete(name);
    else parameters.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return `?${parameters.toString()}`;
}

function searchOf(url: string): string {
  const question = url.indexOf('?');
  return question < 0 ? '' : withoutEmptyOnes(url.slice(question));
}

/** In a URL what is empty is not given (GraphQL over HTTP, section 5.3), nor is null in place of an object (5.1). */
function withoutEmptyOnes(search: string): string {
  return search.replaceAll(/(?<=[?&])(?:operationName=|(?:variables|extensions)=(?:null)?)(?:&|$)/g, '');
}

/** What is no JSON is for the server library to refuse. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function clientNameOf({ headers }: Pick<NamingRequest, 'headers'>): string | undefined {
  const name = headers[CLIENT_NAME];
  return typeof name === 'string' ? name.slice(0, 100) : undefined;
}
