/**
 * Where a subgraph hears of others: `/events/<system>` for the company's own systems, `/webhooks/<source>` for foreign
 * ones. Nothing is parsed before its signature holds, and the answer comes after the commit. A caller proof opens
 * nothing here, and no webhook secret opens anything else.
 */

import { createHash } from 'node:crypto';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { ZodError } from 'zod';

import { ERRORS, isErrorCode, type ErrorCode } from '../../../schema/contract/errors.ts';
import { EVENTS, parseEvent } from '../../../schema/contract/events.ts';
import type { Followed } from '../../../schema/contract/follow-files.ts';
import type { Database } from '../database.ts';
import { writeExact } from '../exact-json.ts';
import { causeOf, isFault, knownErrorOf } from '../fault.ts';
import { KnownError } from '../known-error.ts';
import { adoptEvent, recordReceipt, saysSomethingElse } from './adopt-event.ts';
import { answerState } from './answer-state.ts';
import type { SystemEvents } from './system-events.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';
import { verifyWebhook } from './webhook-signature.ts';

export interface EventReceiving {
  readonly events: SystemEvents;
  readonly database: Database;
  readonly log: Logger;
  readonly secrets: Followed<WebhookSecrets>;
  /** The clock. */
  readonly nowMs: () => number;
  /** How far a sender's clock may be off, and how long a signature lives. */
  readonly toleranceMs: number;
  /** Hears the code of each answer that is none. */
  readonly onRefusal?: ((code: ErrorCode) => void) | undefined;
}

/** An order of 100 lines with long names is a fifth of this. */
const LARGEST_EVENT_BYTES = 256 * 1024;

const NO_REPORT = 'This is no report that the sender may make.';
const ANOTHER_REPORT = 'Another report came under the same id before.';

type Handle = (received: {
  readonly source: string;
  readonly id: string;
  readonly body: string;
}) => Promise<object>;

export function addEventRoutes(server: FastifyInstance, receiving: EventReceiving): void {
  const { events, database } = receiving;
  const route = (path: string, handle: Handle) =>
    server.post<{ Params: { source: string } }>(path, { bodyLimit: LARGEST_EVENT_BYTES }, (request, reply) =>
      receive(receiving, handle, { request, reply, source: request.params.source }),
    );
  route('/events/:source', async ({ source, id, body }) => {
    const event = parseEvent(jsonOf(body));
    // Each system tells of its own entities only, whatever it signs.
    if (event?.id !== id || EVENTS[event.type].from !== source)
      throw new KnownError('EVENT_REFUSED', { reason: 'This is no event of the sender.' });
    return { outcome: await adoptEvent(database, events.adopts, { source, event }) };
  });
  route('/events/:source/state', ({ source, body }) => answerState(receiving, source, jsonOf(body)));
  route('/webhooks/:source', (received) => adoptReport(receiving, received));
}

async function adoptReport(
  { events, database }: EventReceiving,
  { source, id, body }: Parameters<Handle>[0],
): Promise<object> {
  const webhook = Object.hasOwn(events.webhooks ?? {}, source) ? events.webhooks?.[source] : undefined;
  if (webhook === undefined) throw new KnownError('EVENT_REFUSED', { reason: NO_REPORT });
  return database.transaction().execute(async (transaction) => {
    const report = jsonOf(body);
    const contentHash = createHash('sha256').update(writeExact(report)).digest();
    const receipt = { source, id, type: 'report', outcome: 'applied', contentHash } as const;
    if (!(await recordReceipt(transaction, receipt))) {
      if (!(await saysSomethingElse(transaction, receipt))) return { outcome: 'repeated' };
      throw new KnownError('EVENT_REFUSED', { reason: ANOTHER_REPORT });
    }
    await webhook.adopt(transaction, report).catch((error: unknown) => {
      throw error instanceof ZodError ? new KnownError('EVENT_REFUSED', { reason: NO_REPORT }) : error;
    });
    return { outcome: 'applied' };
  });
}

interface Reception {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly source: string;
}

async function receive(
  receiving: EventReceiving,
  handle: Handle,
  { request, reply, source }: Reception,
): Promise<FastifyReply> {
  const { secrets, nowMs, toleranceMs, log, onRefusal } = receiving;
  const body = typeof request.body === 'string' ? request.body : '';
  const clock = { nowMs: nowMs(), toleranceMs };
  const check = (known: WebhookSecrets) =>
    verifyWebhook({ headers: request.headers, body }, known.receivingFrom(source), clock);
  const first = check(secrets.current());
  // A secret that was added a moment ago is asked for too, before somebody is turned away.
  const verdict = first.kind === 'proven' ? first : check(secrets.latest());
  if (verdict.kind === 'refused') {
    log.warn({ source, because: verdict.because }, 'a webhook was refused');
    return refuse(reply, { code: 'WEBHOOK_NOT_PROVEN', onRefusal });
  }
  try {
    return await reply.send(await handle({ source, id: verdict.id, body }));
  } catch (error) {
    const refusal = refusalOf(knownErrorOf(error), { log, source, id: verdict.id });
    return refuse(reply, { ...refusal, onRefusal });
  }
}

interface Told {
  readonly log: Logger;
  readonly source: string;
  readonly id: string;
}

interface Refusal {
  readonly code: ErrorCode;
  readonly reason?: unknown;
}

/** Only what can never be adopted is refused for good; all else asks the sender to try again. */
function refusalOf(error: GraphQLError, { log, source, id }: Told): Refusal {
  const { code, reason } = error.extensions;
  const facts = { source, event: id };
  if (isFault(error)) {
    log.error({ ...facts, err: causeOf(error) }, 'an event could not be adopted now');
    return { code: isErrorCode(code) ? code : 'INTERNAL' };
  }
  if (code === 'EVENT_TOO_EARLY') {
    log.info({ ...facts, reason }, 'an event came too early');
    return { code, reason };
  }
  log.warn({ ...facts, code, reason }, 'an event was refused');
  return { code: 'EVENT_REFUSED', reason: reason ?? error.message };
}

function refuse(
  reply: FastifyReply,
  { code, reason, onRefusal }: Refusal & Pick<EventReceiving, 'onRefusal'>,
): FastifyReply {
  onRefusal?.(code);
  const { status, says } = ERRORS[code];
  const extensions = { code, ...(typeof reason === 'string' ? { reason } : {}) };
  return reply.code(status).send({ errors: [{ message: says, extensions }] });
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
