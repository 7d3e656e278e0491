/**
 * A statement as a span of its own, by OpenTelemetry's conventions for databases, and the trace as a comment at its
 * end (sqlcommenter), so that who looks at a database that is slow finds the request. Only where the trace is
 * recorded; statements are sent with their values apart, so the text has none.
 */

import type { SpanAttributes } from '../../../schema/contract/trace-span.ts';
import { currentSpan } from './current-span.ts';

const USUAL_PORT = 5432;
const FIRST_WORD = /^\s*(?<word>[a-z]+)/i;

/** Where statements go; of the URL only what is no secret. */
export function databaseAttributes(url: string | undefined): SpanAttributes {
  const parsed = url === undefined ? null : URL.parse(url);
  return {
    'db.system.name': 'postgresql',
    'db.namespace': parsed?.pathname.slice(1),
    'server.address': parsed?.hostname,
    'server.port': portOf(parsed),
  };
}

/** An address that names none has the usual one. */
function portOf(url: URL | null): number {
  const port = url?.port ?? '';
  return port === '' ? USUAL_PORT : Number(port);
}

export async function traceStatement<Result>(
  text: string,
  attributes: SpanAttributes,
  send: (text: string) => Promise<Result>,
): Promise<Result> {
  const above = currentSpan();
  if (above === undefined) return send(text);
  const operation = FIRST_WORD.exec(text)?.groups?.['word']?.toUpperCase() ?? 'SQL';
  const span = above.child(operation, {
    kind: 'client',
    attributes: { ...attributes, 'db.operation.name': operation, 'db.query.text': text },
  });
  const { traceparent = '' } = span.headers;
  try {
    const result = await send(`${text} /*traceparent='${traceparent}'*/`);
    span.end();
    return result;
  } catch (error) {
    span.end({ error: codeOf(error) });
    throw error;
  }
}

/** SQLSTATE, where the database has said something. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
