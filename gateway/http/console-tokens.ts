/**
 * Tokens for the roles between which the console switches in development, handed on from a token desk. Only the
 * console's own page on this very machine gets them: no other site, no name that leads here by DNS rebinding, and
 * nobody on the network. Knows no key and no role.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';

import { GatewayError } from '../base/gateway-error.ts';
import { isRecord } from '../base/is-record.ts';

const LOOPBACK_NAME = /^(?:localhost|[\w-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
const LOOPBACK_ADDRESS = /^(?:127\.|::1$|::ffff:127\.)/;
const DESK_TIMEOUT_MS = 5_000;

export function addTokenRoutes(app: FastifyInstance, desk: string): void {
  app.get('/console/roles', async (request) => {
    demandOwnPage(request);
    return askDesk(desk, undefined);
  });
  app.post('/console/token', async (request) => {
    demandOwnPage(request);
    return askDesk(desk, request.body);
  });
}

/** By address and by name: a page elsewhere can make its own name lead here, but not call itself localhost. */
export function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  return LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') && LOOPBACK_NAME.test(headers.host ?? '');
}

/** Browsers set these headers themselves, and no script can (Fetch, "forbidden request-header"). */
function demandOwnPage(request: FastifyRequest): void {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  const isOwn =
    (site === undefined || site === 'same-origin') &&
    (origin === undefined || URL.parse(origin)?.host === host);
  if (!isOwn || !isFromThisMachine(request)) throw new GatewayError('FORBIDDEN');
}

async function askDesk(desk: string, asked: unknown): Promise<unknown> {
  const question =
    asked === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(asked) };
  const response = await fetch(desk, { ...question, signal: AbortSignal.timeout(DESK_TIMEOUT_MS) });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const reason = isRecord(answer) ? String(answer['reason']) : undefined;
  throw new GatewayError('BAD_USER_INPUT', reason === undefined ? {} : { reason });
}
