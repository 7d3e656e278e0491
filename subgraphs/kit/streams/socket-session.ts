/**
 * One WebSocket that speaks graphql-transport-ws: any number of subscriptions, each with its own proof and principal.
 * Whatever is no message of the protocol closes this socket and nothing else. Knows no HTTP server and no key.
 */

import { MessageType, parseMessage, type SubscribeMessage } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocket, type RawData } from 'ws';

import {
  FIRST_PROOF_WITHIN_MS,
  KEEP_ALIVE_MS,
  SOCKET_CLOSE,
  UNPROVEN_FOR_AT_MOST_MS,
} from '../../../schema/contract/event-streams.ts';
import type { Principal } from '../../../schema/contract/principal.ts';
import type { StreamRequest } from './event-streams.ts';
import type { FormattedResult } from './format-result.ts';

export interface SocketTimes {
  /** As the contract says if not given. */
  readonly keepAliveMs?: number | undefined;
  readonly firstProofWithinMs?: number | undefined;
  readonly unprovenForAtMostMs?: number | undefined;
}

export interface SessionOptions {
  readonly log: Logger;
  readonly times: SocketTimes;
  /** Who asks; undefined where the message does not prove it. */
  readonly prove: (message: SubscribeMessage) => Promise<ProvenSubscription | undefined>;
  readonly open: (request: StreamRequest) => Promise<AsyncIterable<FormattedResult>>;
  /** Once, when a subscription is proven for the first time. */
  readonly onProven: () => void;
}

export interface ProvenSubscription {
  readonly principal: Principal;
  readonly requestId: string;
}

export class SocketSession {
  private readonly socket: WebSocket;
  private readonly options: SessionOptions;
  private readonly subscriptions = new Map<string, AbortController>();
  private isInitialised = false;
  private isRestarting = false;
  private wasProven = false;
  private isAnswered = true;
  /** Resolves when each subscription that was asked for so far stands, or never will. */
  private settled: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout;
  private readonly beat: NodeJS.Timeout;

  constructor(socket: WebSocket, options: SessionOptions) {
    this.socket = socket;
    this.options = options;
    const { firstProofWithinMs = FIRST_PROOF_WITHIN_MS, keepAliveMs = KEEP_ALIVE_MS } = options.times;
    this.idle = setTimeout(() => this.close('IDLE'), firstProofWithinMs);
    this.beat = setInterval(() => this.lookAfter(), keepAliveMs);
    socket.on('message', (data, isBinary) => {
      this.hear(data, isBinary).catch((error: unknown) => {
        options.log.error({ err: error }, 'a WebSocket failed');
        this.terminate();
      });
    });
    // A frame that is none, or too large: `ws` closes with the code for it, and only has to be listened to.
    socket.on('error', (error) => options.log.info({ err: error }, 'a WebSocket was refused'));
    socket.on('close', () => this.forget());
  }

  /** What ends from now on is not over for the other side: it is to be opened again elsewhere. */
  prepareRestart(): void {
    this.isRestarting = true;
  }

  /** Tells the other side to come back; whatever was still to be said should be said by now. */
  restart(): void {
    this.close('SERVICE_RESTART');
  }

  /** At once, whatever was still to be said. */
  terminate(): void {
    this.socket.terminate();
  }

  private close(why: keyof typeof SOCKET_CLOSE): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (why !== 'SERVICE_RESTART') this.options.log.warn({ because: why }, 'a WebSocket was closed');
    this.socket.close(SOCKET_CLOSE[why], why);
    // Who was told to go says nothing more that counts.
    this.forget();
  }

  private forget(): void {
    clearTimeout(this.idle);
    clearInterval(this.beat);
    for (const subscription of this.subscriptions.values()) subscription.abort();
    this.subscriptions.clear();
  }

  /** Who does not read does not answer either. */
  private lookAfter(): void {
    if (!this.isAnswered) {
      this.terminate();
      return;
    }
    this.isAnswered = false;
    void this.send({ type: MessageType.Ping });
  }

  private async hear(data: RawData, isBinary: boolean): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const message = isBinary ? undefined : readMessage(data);
    switch (message?.type) {
      case MessageType.ConnectionInit:
        await this.initialise();
        break;
      case MessageType.Ping:
        // Who asked for a subscription before it may take the answer for a sign that no event will be missed.
        await this.settled;
        await this.send({ type: MessageType.Pong });
        break;
      case MessageType.Pong:
        this.isAnswered = true;
        break;
      case MessageType.Subscribe:
        await this.subscribe(message);
        break;
      case MessageType.Complete:
        this.subscriptions.get(message.id)?.abort();
        this.subscriptions.delete(message.id);
        this.waitForMore();
        break;
      default:
        this.close('MALFORMED');
    }
  }

  private async initialise(): Promise<void> {
    if (this.isInitialised) this.close('TOO_MANY_INITIALISATIONS');
    this.isInitialised = true;
    await this.send({ type: MessageType.ConnectionAck });
  }

  private async subscribe(message: SubscribeMessage): Promise<void> {
    const { id } = message;
    const refusal = this.refusalOf(id);
    if (refusal !== undefined) {
      this.close(refusal);
      return;
    }
    const gone = new AbortController();
    this.subscriptions.set(id, gone);
    const opening = Promise.withResolvers<undefined>();
    this.settled = Promise.all([this.settled, opening.promise]).then(() => undefined);
    const results = await this.open(message, gone).finally(() => opening.resolve(undefined));
    if (results !== undefined) await this.tell(id, results, gone);
  }

  /** Undefined where it does not prove who asks. */
  private async open(
    message: SubscribeMessage,
    gone: AbortController,
  ): Promise<AsyncIterable<FormattedResult> | undefined> {
    // Nothing more is read until it is known who this is, so that what is unproven cannot pile up.
    this.socket.pause();
    const proven = await this.options.prove(message).finally(() => this.socket.resume());
    if (proven === undefined) {
      this.close('CALLER_NOT_PROVEN');
      return undefined;
    }
    clearTimeout(this.idle);
    if (!this.wasProven) this.options.onProven();
    this.wasProven = true;
    // The proof does not cover the name of an operation, so none is heard.
    const { query, variables } = message.payload;
    const asked = { query, variables: variables ?? {}, transport: 'websocket' as const };
    return this.options.open({ ...proven, ...asked, gone: gone.signal });
  }

  private refusalOf(id: string): keyof typeof SOCKET_CLOSE | undefined {
    if (!this.isInitialised) return 'NOT_INITIALISED';
    return this.subscriptions.has(id) ? 'SUBSCRIBER_EXISTS' : undefined;
  }

  private async tell(
    id: string,
    results: AsyncIterable<FormattedResult>,
    gone: AbortController,
  ): Promise<void> {
    for await (const result of results) await this.send({ id, type: MessageType.Next, payload: result });
    // One that the other side has ended may have come back under the same id.
    if (this.subscriptions.get(id) !== gone || this.isRestarting) return;
    this.subscriptions.delete(id);
    await this.send({ id, type: MessageType.Complete });
    this.waitForMore();
  }

  private waitForMore(): void {
    if (this.subscriptions.size > 0 || this.socket.readyState !== WebSocket.OPEN) return;
    const { unprovenForAtMostMs = UNPROVEN_FOR_AT_MOST_MS } = this.options.times;
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.close('IDLE'), unprovenForAtMostMs);
  }

  /** Resolves when it has left this process, so that a slow reader is waited for. */
  private send(message: Readonly<Record<string, unknown>>): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState === WebSocket.OPEN)
        this.socket.send(JSON.stringify(message), () => resolve());
      else resolve();
    });
  }
}

function readMessage(data: RawData) {
  try {
    // Reason for the cast: what comes in one piece is a Buffer, as `ws` gives it if not told otherwise.
    return parseMessage((data as Buffer).toString('utf8'));
  } catch {
    return undefined;
  }
}
