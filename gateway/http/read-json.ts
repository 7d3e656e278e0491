/**
 * The body of a request as JSON (GraphQL over HTTP, section 5.4), whichever door it came by. Knows no GraphQL.
 */

import { rememberVariables } from '../base/exact-json.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { isRecord } from '../base/is-record.ts';

const BYTE_ORDER_MARK = '\u{FEFF}';

/**
 * A key such as `__proto__` is a name like any other in variables, and never followed; among the parameters themselves
 * it is refused. Throws BAD_REQUEST.
 */
export function readJson(text: string): unknown {
  const value = parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  rememberVariables(value, text);
  if (isRecord(value) && Object.hasOwn(value, '__proto__'))
    throw badRequest('No parameter is called __proto__.');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(text.trim() === '' ? 'The body is empty.' : 'The body must be JSON.', error);
  }
}

function badRequest(reason: string, cause?: unknown): GatewayError {
  return new GatewayError('BAD_REQUEST', { reason }, cause);
}

/** JSON has one encoding (RFC 8259, section 8.1), whatever else a header claims. */
export function isUtf8(contentType = ''): boolean {
  // Nearly always.
  if (contentType === 'application/json') return true;
  const charsets = [...contentType.matchAll(/charset\s*=\s*"?(?<name>[^\s";]*)/gi)];
  return charsets.every(({ groups }) => /^utf-?8$/i.test(groups?.['name'] ?? ''));
}
