/**
 * One client's WebSocket: the protocol graphql-transport-ws, message by message, with as many operations at a time as
 * it may have. Knows neither the upgrade nor what an operation is.
 */

import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import type { RawData, WebSocket } from 'ws';

import { rememberVariables } from '../base/exact-json.ts';
import { ERRORS } from '../../schema/contract/errors.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { Identity } from '../identity/create-identity.ts';
import { limitExceeded } from '../operation/limit-exceeded.ts';
import type { Account } from '../request/account.ts';
import { beginSession, type Session } from '../request/session.ts';
import type { Ending } from '../subscriptions/ending.ts';
import { describeError } from '../telemetry/create-logger.ts';
import { RequestRecord } from '../telemetry/request-record.ts';
import type { Admission } from './admission.ts';
import { clientOf } from './client-name.ts';
import { accountOf, identifyOrCharge, type RequestCounter } from './identify-and-charge.ts';
import { LiveOperation, type LiveParts, type OperationSink } from './live-operation.ts';
import type { LiveConnection } from './live-updates.ts';
import { SocketSender } from './socket-sender.ts';
import { tokensOf } from './init-tokens.ts';

export interface SocketParts extends LiveParts {
  readonly identity: Identity;
  readonly admission: Admission;
  /** Undefined where nothing is counted. */
  readonly counter: RequestCounter | undefined;
}

export interface Upgrade {
  /** Undefined where the connection has gone. */
  readonly remoteAddress: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** The Authorization headers of the upgrade. */
  readonly authorizations: readonly string[];
  /** Whether a browser made it for a page that is not ours: what the browser adds by itself says nothing then. */
  readonly isForeign: boolean;
}

/** Of the protocol, and of RFC 6455 (1012: service restart, 1013: try again later). */
const CLOSE = {
  restart: [1012, 'Service restart'],
  later: [1013, 'Try again later'],
  malformed: [4400, 'Invalid message'],
  unacknowledged: [4401, 'Unauthorized'],
  refused: [4403, 'Forbidden'],
  late: [4408, 'Connection initialisation timeout'],
  known: [4409, 'Subscriber already exists'],
  repeated: [4429, 'Too many initialisation requests'],
} as const satisfies Record<string, readonly [number, string]>;

const LONGEST_ID = 128;
const GONE: Ending = { reason: 'left' };

export class WebSocketConnection implements LiveConnection {
  readonly transport = 'websocket';
  readonly #socket: WebSocket;
  readonly #parts: SocketParts;
  readonly #upgrade: Upgrade;
  readonly #sender: SocketSender;
  readonly #initTimer: NodeJS.Timeout;
  readonly #operations = new Map<string, LiveOperation>();
  readonly #leave: () => void;
  #stage: 'opened' | 'asked' | 'ready' | 'over' = 'opened';
  #session: Session | undefined;
  #account: Account | undefined;
  #endExpiry: (() => void) | undefined;
  #isSentAway = false;

  /** Throws OVERLOADED or RATE_LIMITED; the socket is left as it is then. */
  constructor(socket: WebSocket, upgrade: Upgrade, parts: SocketParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#upgrade = upgrade;
    this.#leave = parts.live.connect(this, upgrade);
    const { initTimeoutMs, keepAliveMs } = parts.live.options;
    this.#sender = new SocketSender(socket, keepAliveMs, () => void this.#judge());
    this.#initTimer = setTimeout(() => this.#close('late'), initTimeoutMs);
    socket.on('message', (data, isBinary) => this.#hear(data, isBinary));
    // A malformed frame ends this socket and nothing else; `close` follows.
    socket.on('error', (error) => parts.log.debug({ cause: describeError(error) }, 'websocket failed'));
    socket.once('close', () => this.#over(GONE));
  }

  sendAway(): void {
    this.#isSentAway = true;
    this.#leaveAnswered();
  }

  cut(): void {
    this.#socket.terminate();
  }

  #hear(data: RawData, isBinary: boolean): void {
    if (this.#stage === 'over') return;
    this.#sender.heard();
    const message = isBinary ? undefined : parsed(data);
    if (message === undefined) {
      this.#close('malformed');
      return;
    }
    const { type, id, payload } = message;
    if (type === 'subscribe') this.#subscribe(message);
    else if (type === 'complete' && typeof id === 'string') this.#stop(id);
    else if (type === 'connection_init' && isRecordOrNone(payload)) void this.#init(payload);
    else if (type === 'ping' && isRecordOrNone(payload)) this.#sender.send({ type: 'pong' });
    else if (type !== 'pong' || !isRecordOrNone(payload)) this.#close('malformed');
    this.#sender.rest();
  }

  async #init(payload: unknown): Promise<void> {
    if (this.#stage !== 'opened') {
      this.#close('repeated');
      return;
    }
    this.#stage = 'asked';
    try {
      const { identity, counter } = this.#parts;
      const session = await identifyOrCharge(this.#upgrade, counter, async () =>
        beginSession(identity, tokensOf(payload, this.#upgrade)),
      );
      if (this.#isOver()) return;
      this.#stage = 'ready';
      this.#session = session;
      this.#account = counter && accountOf(session.principal, counter, this.#upgrade);
      clearTimeout(this.#initTimer);
      this.#endExpiry = session.onExpiry((error) => this.#endSession(error));
      this.#sender.send({ type: 'connection_ack' });
    } catch (error) {
      this.#endSession(error);
    }
  }

  #subscribe({ id, payload }: JsonObject): void {
    const session = this.#session;
    // As if it had come after the close, which is a matter of a moment.
    if (this.#isSentAway) return;
    if (session === undefined) this.#close('unacknowledged');
    else if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID || !isRecord(payload))
      this.#close('malformed');
    else if (this.#operations.has(id)) this.#close('known');
    else this.#operate(id, payload, session);
  }

  #operate(id: string, message: JsonObject, session: Session): void {
    const { maxPerConnection } = this.#parts.live.options;
    const isTooMany = this.#operations.size >= maxPerConnection;
    const { admission } = this.#parts;
    const account = this.#account;
    const operation = new LiveOperation(
      this.#parts,
      {
        transport: this.transport,
        message,
        session: this.#watched(session),
        requestId: randomUUID(),
        isRequest: false,
        readsOnly: false,
        clientName: clientOf(this.#upgrade.headers).name,
        payer: account,
        charge() {
          if (isTooMany)
            throw limitExceeded('subscriptions.maxPerConnection', maxPerConnection + 1, maxPerConnection);
          return account?.charge('requests', 1);
        },
        admit: (signal) => admission.enter(() => signal),
      },
      this.#sinkOf(id),
    );
    this.#operations.set(id, operation);
    void operation.run().finally(() => {
      // Its id may have been given to another one.
      if (this.#operations.get(id) === operation) this.#operations.delete(id);
      this.#leaveAnswered();
    });
  }

  /** Queries and mutations that run are answered before it goes, as those of HTTP are. */
  #leaveAnswered(): void {
    if (!this.#isSentAway || this.#isOver()) return;
    const isAnswered = [...this.#operations.values()].every(({ isSubscription }) => isSubscription);
    if (isAnswered) this.#close('restart', { reason: 'stopping' });
  }

  /** What an operation finds out about the token holds for the whole connection. */
  #watched(session: Session): Session {
    return {
      ...session,
      judge: async () => {
        const problem = await session.judge();
        if (problem !== undefined) this.#endSession(problem);
        return problem;
      },
    };
  }

  #stop(id: string): void {
    this.#operations.get(id)?.end(GONE);
    this.#operations.delete(id);
  }

  #sinkOf(id: string): OperationSink {
    const prefix = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    return {
      // It may be a subscription, of which that is known in a moment.
      begin: () => queueMicrotask(() => this.#leaveAnswered()),
      next: (text) => this.#sender.sendText(`${prefix}${text}}`),
      fail: (errors) => {
        this.#operations.delete(id);
        this.#sender.send({ id, type: 'error', payload: errors });
      },
      complete: () => {
        this.#operations.delete(id);
        this.#sender.send({ id, type: 'complete' });
      },
      cut: () => this.cut(),
    };
  }

  async #judge(): Promise<void> {
    const problem = await this.#session?.judge();
    if (problem !== undefined) this.#endSession(problem);
  }

  #endSession(error: unknown): void {
    // Several operations may find it out.
    if (this.#isOver()) return;
    const problem = error instanceof GatewayError ? error : new GatewayError('INTERNAL', {}, error);
    const { transport } = this;
    const { log, meters } = this.#parts;
    const { code, facts } = problem;
    const record = new RequestRecord(performance.now());
    record.failed(code, undefined);
    meters.failed(record);
    const isRefused = code === 'UNAUTHENTICATED';
    if (isRefused) log.warn({ check: facts.reason, transport }, 'token refused');
    else if (code === 'RATE_LIMITED') log.warn({ transport, ...facts.details }, 'too many tokens refused');
    else log.error({ transport, cause: describeError(problem) }, 'token could not be checked');
    const why = isRefused ? `${code}: ${facts.reason ?? 'token'}` : code;
    this.#close(ERRORS[code].retryable ? 'later' : 'refused', { reason: 'token' }, why);
  }

  #isOver(): boolean {
    return this.#stage === 'over';
  }

  #close(how: keyof typeof CLOSE, ending: Ending = GONE, reason: string = CLOSE[how][1]): void {
    const [code] = CLOSE[how];
    // Any other end is told where it comes from.
    if (ending === GONE)
      this.#parts.log.info({ transport: this.transport, code, reason }, 'connection closed');
    this.#over(ending);
    this.#sender.close(code, reason);
  }

  #over(ending: Ending): void {
    if (this.#stage === 'over') return;
    this.#stage = 'over';
    clearTimeout(this.#initTimer);
    this.#endExpiry?.();
    for (const operation of this.#operations.values()) operation.end(ending);
    this.#operations.clear();
    // It counts until it is gone.
    if (this.#socket.readyState === this.#socket.CLOSED) this.#leave();
    else this.#socket.once('close', this.#leave);
  }
}

/** What the protocol lets be sent along where nothing must be. */
function isRecordOrNone(payload: unknown): boolean {
  return payload === undefined || payload === null || isRecord(payload);
}

function parsed(data: RawData): JsonObject | undefined {
  try {
    // The library gives one Buffer unless it is told otherwise.
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
    const value: unknown = JSON.parse(text);
    rememberVariables(value, text, 'payload');
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
