/** A server that says exactly what a test wants, byte by byte, and calls to it over connections of our own. */

import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import type { buildConnector } from 'undici';

import { Connections } from '../../../../gateway/upstream/connections.ts';
import { exchange, ExchangeFailure, type ExchangeRequest } from '../../../../gateway/upstream/exchange.ts';
import type { RawAnswer } from '../../../../gateway/upstream/read-answer.ts';
import { requestHead } from '../../../../gateway/upstream/request-text.ts';

interface Heard {
  readonly text: string;
  /** The number of the connection, from 0. */
  readonly connection: number;
}

const toClose: (() => unknown)[] = [];

/** After each test. */
export async function hangUp(): Promise<void> {
  for (const close of toClose.splice(0)) await close();
}

/** `answer` gets each request that is whole. */
export async function listen(answer: (socket: Socket, heard: Heard, nth: number) => void) {
  const heard: Heard[] = [];
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    const connection = sockets.push(socket) - 1;
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      text += bytes.toString();
      const [, length = '0', body = ''] = /content-length: (\d+)\r\n\r\n([^]*)$/.exec(text) ?? [];
      if (Buffer.byteLength(body) < Number(length) || !text.includes('\r\n\r\n')) return;
      const whole = { text, connection };
      text = '';
      answer(socket, whole, heard.push(whole) - 1);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  toClose.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  // It listens.
  const { port } = server.address() as AddressInfo;
  return { heard, sockets, server, url: new URL(`http://127.0.0.1:${String(port)}/graphql?x=1`) };
}

export function callsTo(url: URL, most = 10, connect?: buildConnector.connector) {
  const connections = new Connections({ url, most, connect });
  const head = requestHead(url, { accept: 'text/x' });
  const call = (body: string, more: Partial<ExchangeRequest> = {}) =>
    exchange(connections, {
      head,
      headers: {},
      body,
      timeoutMs: 5_000,
      maxResponseBytes: 10_000,
      signal: new AbortController().signal,
      ...more,
    });
  return { connections, call };
}

export function ok(body: string, fields = ''): string {
  return `HTTP/1.1 200 OK\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n${fields}\r\n${body}`;
}

export function told(made: RawAnswer | ExchangeFailure) {
  return made instanceof ExchangeFailure
    ? { problem: made.problem, wasSent: made.wasSent }
    : `${String(made.status)} ${made.body.toString()}`;
}
