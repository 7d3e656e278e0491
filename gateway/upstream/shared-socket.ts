/**
 * One socket to a subgraph that speaks graphql-transport-ws, shared by all its streams: opened, asked, watched for
 * signs of life, closed. Knows no GraphQL and not when a new one is needed.
 */

import type { Duplex } from 'node:stream';

import type { buildConnector } from 'undici';
import { WebSocket, type ClientOptions, type RawData } from 'ws';

import {
  KEEP_ALIVE_MS,
  LARGEST_SOCKET_MESSAGE_BYTES,
  SOCKET_CLOSE,
  SOCKET_PROTOCOL,
} from '../../schema/contract/event-streams.ts';
import { isRecord } from '../base/is-record.ts';
import type {
  OpenStream,
  ProvenRequest,
  ResultListener,
  StreamEnd,
  TransportTarget,
} from './event-stream.ts';
import { ExchangeFailure } from './exchange.ts';
import { parseJson, parseJsonExactly } from './read-answer.ts';

export interface SharedSocket {
  /** Resolves when the subgraph has heard of it; rejects with ExchangeFailure. */
  readonly subscribe: (request: ProvenRequest, listener: ResultListener) => Promise<OpenStream>;
  /** As soon as no stream is on it any more. */
  readonly close: () => void;
}

export interface SocketParts {
  readonly target: TransportTarget;
  readonly connect: buildConnector.connector | undefined;
  readonly timeoutMs: number;
  /** Once, when no stream can begin on it any more. */
  readonly onEnd: () => void;
}

/** At least, so that one lost sign is no silence yet. */
const PINGS_PER_SILENCE = 2.5;
const NORMAL_CLOSURE = 1000;
const PONG = '{"type":"pong"}';

/** Rejects with ExchangeFailure. */
export function openSocket(parts: SocketParts): Promise<SharedSocket> {
  return new Promise((resolve, reject) => {
    const { target, connect, timeoutMs } = parts;
    const options: ClientOptions = {
      perMessageDeflate: false,
      maxPayload: target.maxEventBytes,
      handshakeTimeout: timeoutMs,
      ...(connect === undefined ? {} : { createConnection: connectionBy(connect) }),
    };
    const socket = new WebSocket(target.url.replace(/^http/, 'ws'), SOCKET_PROTOCOL, options);
    const timer = setTimeout(() => refuse(new ExchangeFailure('late', false)), timeoutMs);
    const refuse = (failure: ExchangeFailure) => {
      reject(failure);
      socket.terminate();
    };
    socket.once('close', (code) => {
      clearTimeout(timer);
      reject(new ExchangeFailure('broken', false, new Error(`closed with ${code}`)));
      parts.onEnd();
    });
    socket.on('error', (cause) => reject(new ExchangeFailure('broken', false, cause)));
    socket.once('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', function hearGreeting(data) {
      const type = typeOf(parseJson(textOf(data)));
      if (type === 'ping') socket.send(PONG);
      // They may come at any time, and say nothing of the connection (graphql-transport-ws, "Ping" and "Pong").
      if (type === 'ping' || type === 'pong') return;
      clearTimeout(timer);
      socket.off('message', hearGreeting);
      if (type === 'connection_ack') resolve(new Sharing(socket, parts));
      else refuse(new ExchangeFailure('broken', false, new Error('the connection was not acknowledged')));
    });
  });
}

/** The same connections that calls are made over, with the same certificates. */
function connectionBy(connect: buildConnector.connector): NonNullable<ClientOptions['createConnection']> {
  // Reason for the cast: Node passes the way to answer later as a second argument, of which the types know nothing.
  return ((
    { host, port }: { host: string; port: string | number },
    done: (error: Error | null, socket: Duplex | null) => void,
  ) => {
    const target = { hostname: host, host, protocol: 'https:', port: String(port) };
    connect(target, (...[error, socket]) => done(error, socket));
  }) as unknown as NonNullable<ClientOptions['createConnection']>;
}

interface Stream {
  readonly listener: ResultListener;
  /** Undefined once the subgraph has heard of it. */
  opening: ((problem?: ExchangeFailure) => void) | undefined;
}

class Sharing implements SharedSocket {
  readonly #socket: WebSocket;
  readonly #onEnd: () => void;
  readonly #silence: NodeJS.Timeout;
  readonly #pings: NodeJS.Timeout;
  readonly #streams = new Map<string, Stream>();
  /** Those that have been told to the subgraph since it was last asked for a sign. */
  #told: string[][] = [];
  #count = 0;
  #isOver = false;

  constructor(socket: WebSocket, { target, onEnd }: SocketParts) {
    this.#socket = socket;
    this.#onEnd = onEnd;
    const { maxSilenceMs } = target;
    this.#silence = setTimeout(() => this.#lose(new Error('silence')), maxSilenceMs);
    this.#pings = setInterval(
      () => this.#ping([]),
      Math.min(KEEP_ALIVE_MS, maxSilenceMs / PINGS_PER_SILENCE),
    );
    socket.on('message', (data) => this.#hear(parseJsonExactly(textOf(data))));
    socket.on('error', (cause) => this.#lose(cause));
    socket.on('close', (code) => this.#lose(new Error(sentenceOf(code))));
  }

  subscribe(
    { body, proof, requestId, timeoutMs, signal }: ProvenRequest,
    listener: ResultListener,
  ): Promise<OpenStream> {
    return new Promise((resolve, reject) => {
      const refuse = (problem: ExchangeFailure) => {
        reject(problem);
        // Others may have waited for the socket, too, and take it now.
        setImmediate(() => this.#closeIfIdle());
      };
      if (this.#isOver || signal.aborted) {
        refuse(new ExchangeFailure(signal.aborted ? 'abandoned' : 'broken', false));
        return;
      }
      const id = String((this.#count += 1));
      const callerProof = { ...proof, requestId };
      const payload = { ...requestOf(body), extensions: { callerProof } };
      const message = JSON.stringify({ id, type: 'subscribe', payload });
      // The subgraph would close the socket, which others use too.
      if (Buffer.byteLength(message) > LARGEST_SOCKET_MESSAGE_BYTES) {
        refuse(new ExchangeFailure('large', false));
        return;
      }
      const stop = () => this.#stop(id);
      const opening = (problem?: ExchangeFailure) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abandon);
        stream.opening = undefined;
        if (problem === undefined) resolve({ close: stop });
        else {
          stop();
          reject(problem);
        }
      };
      const abandon = () => opening(new ExchangeFailure('abandoned', true));
      const timer = setTimeout(() => opening(new ExchangeFailure('late', true)), timeoutMs);
      const stream: Stream = { listener, opening };
      signal.addEventListener('abort', abandon);
      this.#streams.set(id, stream);
      this.#socket.send(message);
      // Who answers this has heard of the subscription; whether it stands already, only its first event shows.
      this.#ping([id]);
    });
  }

  close(): void {
    this.#closeIfIdle();
  }

  #hear(message: unknown): void {
    this.#silence.refresh();
    if (!isRecord(message)) return;
    const { type, id, payload } = message;
    if (type === 'ping') this.#socket.send(PONG);
    if (type === 'pong') for (const told of this.#told.shift() ?? []) this.#streams.get(told)?.opening?.();
    const stream = typeof id === 'string' ? this.#streams.get(id) : undefined;
    if (typeof id !== 'string' || stream === undefined) return;
    // Whoever gives a result has heard of the subscription.
    stream.opening?.();
    if (type === 'next') stream.listener.onResult(payload);
    if (type === 'error') this.#finish(id, { data: null, errors: payload });
    if (type === 'complete') this.#finish(id);
  }

  #finish(id: string, last?: unknown): void {
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    if (last !== undefined) stream?.listener.onResult(last);
    stream?.listener.onEnd({ kind: 'complete' });
    this.#closeIfIdle();
  }

  #stop(id: string): void {
    if (!this.#streams.delete(id) || this.#isOver) return;
    this.#socket.send(JSON.stringify({ id, type: 'complete' }));
    this.#closeIfIdle();
  }

  #closeIfIdle(): void {
    if (this.#streams.size > 0 || this.#isOver) return;
    this.#over();
    this.#socket.close(NORMAL_CLOSURE);
  }

  #ping(told: string[]): void {
    this.#told.push(told);
    this.#socket.send('{"type":"ping"}');
  }

  #lose(cause: unknown): void {
    if (this.#isOver) return;
    this.#over();
    const end: StreamEnd = { kind: 'lost', cause };
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    this.#socket.terminate();
    for (const { opening, listener } of streams) {
      if (opening === undefined) listener.onEnd(end);
      else opening(new ExchangeFailure('broken', true, cause));
    }
  }

  #over(): void {
    this.#isOver = true;
    clearTimeout(this.#silence);
    clearInterval(this.#pings);
    this.#onEnd();
  }
}

function requestOf(body: string): object {
  const request = parseJsonExactly(body);
  return isRecord(request) ? request : {};
}

function typeOf(message: unknown): unknown {
  return isRecord(message) ? message['type'] : undefined;
}

/** The library gives one Buffer unless it is told otherwise. */
function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : '';
}

function sentenceOf(code: number): string {
  if (code === SOCKET_CLOSE.CALLER_NOT_PROVEN)
    return 'the subgraph did not accept the proof of a subscription';
  return `closed with ${code}`;
}
