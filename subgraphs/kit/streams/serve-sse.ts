/**
 * One stream as server-sent events: the answer to a POST that accepts them ("distinct connections" of the GraphQL over
 * SSE protocol). Reads the next result when the one before has been taken, and gives up a reader that takes nothing.
 * Knows no proof; the caller was proven before.
 */

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

import type { FastifyReply } from 'fastify';

import { EVENT_STREAM_TYPE, KEEP_ALIVE_MS } from '../../../schema/contract/event-streams.ts';
import type { FormattedResult } from './format-result.ts';

export interface SseTimes {
  /** How long the connection may be silent; as the contract says if not given. */
  readonly keepAliveMs?: number | undefined;
  /** How long a reader may take nothing; 30 seconds if not given. */
  readonly stallMs?: number | undefined;
}

export function acceptsEventStream(accept: string | undefined): boolean {
  return accept?.split(',').some((type) => type.split(';')[0]?.trim() === EVENT_STREAM_TYPE) ?? false;
}

/** `open` is given what tells that the reader is gone. Resolves when the last byte is written, or the reader is gone. */
export async function serveSse(
  reply: FastifyReply,
  open: (gone: AbortSignal) => Promise<AsyncIterable<FormattedResult>>,
  { keepAliveMs = KEEP_ALIVE_MS, stallMs = 30_000 }: SseTimes = {},
): Promise<void> {
  const { raw } = reply;
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  reply.hijack();
  const results = await open(gone.signal);
  raw.writeHead(200, {
    'content-type': `${EVENT_STREAM_TYPE}; charset=utf-8`,
    'cache-control': 'no-store',
    // Proxies that gather what they pass on would make events late.
    'x-accel-buffering': 'no',
  });
  raw.write(':\n\n');
  const alive = setInterval(() => {
    // What is not taken says enough: more of it would only fill the memory.
    if (!raw.writableNeedDrain) raw.write(':\n\n');
  }, keepAliveMs);
  try {
    for await (const result of results)
      await write(raw, `event: next\ndata: ${JSON.stringify(result)}\n\n`, stallMs);
    if (!raw.destroyed) raw.end('event: complete\ndata:\n\n');
    await finished(raw, stallMs);
  } finally {
    clearInterval(alive);
    if (!raw.writableFinished) raw.destroy();
  }
}

/** Until it is taken; a reader that takes nothing for too long is cut off. */
async function write(raw: ServerResponse, text: string, stallMs: number): Promise<void> {
  if (raw.destroyed || raw.write(text)) return;
  await settled(raw, 'drain', stallMs);
}

async function finished(raw: ServerResponse, stallMs: number): Promise<void> {
  if (!raw.destroyed && !raw.writableFinished) await settled(raw, 'finish', stallMs);
}

async function settled(raw: ServerResponse, event: 'drain' | 'finish', withinMs: number): Promise<void> {
  const over = new AbortController();
  const timer = setTimeout(() => raw.destroy(), withinMs);
  const { signal } = over;
  await Promise.race([once(raw, event, { signal }), once(raw, 'close', { signal })]).catch(() => undefined);
  clearTimeout(timer);
  over.abort();
}
