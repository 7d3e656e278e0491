/**
 * One connection to a subgraph, on which one call is made after another: the bytes of a request out, an answer in.
 * Chooses neither calls nor connections.
 */

import type { Socket } from 'node:net';

import { buildConnector } from 'undici';

import { AnswerReader } from './answer-reader.ts';
import type { RawAnswer } from './read-answer.ts';

/** Who waits for an answer. Hears one of the last two, once, unless it has let go of the connection. */
export interface Asker {
  /** The whole request. */
  readonly text: string;
  readonly maxResponseBytes: number;
  /** Whether it still waits: then the other side may have got the request from now on. */
  onSend(connection: Connection): boolean;
  onAnswer(answer: RawAnswer): void;
  onFailure(error: Error): void;
}

/** Whose the connections are. */
export interface ConnectionOwner {
  /** It may be used again, after at most `restMs`. */
  onFree(connection: Connection, restMs: number): void;
  /** It is no more. It had rested, and nothing was sent for `unsent`, who may as well have another one. */
  onLost(connection: Connection, unsent: Asker | undefined): void;
}

/** The other side has closed the connection. */
class ConnectionEnded extends Error {
  constructor() {
    super('the other side closed the connection');
  }
}

class UnaskedBytes extends Error {
  constructor() {
    super('the other side sent what nobody had asked for');
  }
}

/** What any connection reads is taken out of here before the next one reads. */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);

export class Connection {
  readonly #owner: ConnectionOwner;
  #socket: Socket | undefined;
  #asker: Asker | undefined;
  /** While an answer is awaited. */
  #reader: AnswerReader | undefined;
  /** The moment of sending that came next after its last answer. */
  #answeredBefore: number | undefined;
  #isLost = false;
  /** Of the owner’s clock. */
  restsUntilMs = 0;
  /** Who then ends before it is used has ended at rest, and not for want of a server. */
  hasRested = false;

  constructor(owner: ConnectionOwner) {
    this.#owner = owner;
  }

  /** `connect` is for connections that are made in a way of their own; rejects with what stands in the way. */
  open(url: URL, connect: buildConnector.connector | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const { hostname, host, protocol, port } = url;
      // An IPv6 address stands in brackets in a URL alone.
      const name = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
      const isDirect = connect === undefined && protocol === 'http:';
      const connector = isDirect ? this.#directly() : (connect ?? connectByTls);
      connector({ hostname: name, host, protocol, port }, (error, socket) => {
        if (error !== null) {
          reject(error);
          return;
        }
        if (!isDirect) socket.on('data', (bytes: Buffer) => this.#read(bytes));
        this.#follow(socket);
        resolve();
      });
    });
  }

  /** It must be free. What has come by then unasked ends the connection before anything is sent. */
  ask(asker: Asker): void {
    this.#asker = asker;
    sendSoon(this);
  }

  /** `now` is the moment of sending. */
  send(now: number): void {
    const asker = this.#asker;
    const socket = this.#socket;
    if (this.#isLost || asker === undefined || socket === undefined) return;
    // The last answer may have come with the same look at the sockets, and something behind it.
    if (this.#answeredBefore === now) {
      sendSoon(this);
      return;
    }
    // The last request was answered before it was read whole, and nobody may ever read what stands behind it.
    if (socket.writableLength > 0) {
      this.close();
      return;
    }
    // Given up before anything was sent: the connection is as good as it was.
    if (!asker.onSend(this)) {
      this.#asker = undefined;
      this.#goFree(this.restsUntilMs - performance.now());
      return;
    }
    this.#reader = new AnswerReader(asker.maxResponseBytes);
    socket.write(asker.text);
  }

  /** The asker does not wait any more: if anything was sent, what comes would be taken for another’s answer. */
  letGo(): void {
    this.#asker = undefined;
    this.close();
  }

  close(): void {
    this.#end(new ConnectionEnded());
  }

  /** Half as dear as the socket’s own stream, which makes a buffer for each piece. */
  #directly(): buildConnector.connector {
    const callback = (length: number) => {
      this.#read(READ_BUFFER.subarray(0, length));
      return true;
    };
    // The address is told with each connection.
    return buildConnector({ onread: { buffer: READ_BUFFER, callback } } as buildConnector.BuildOptions);
  }

  #follow(socket: Socket): void {
    this.#socket = socket;
    // A call that is awaited keeps the process alive by its deadline.
    socket.unref();
    socket.resume();
    socket.on('error', (error) => this.#end(error));
    socket.on('end', () => this.#hearEnd());
    socket.on('close', () => this.close());
  }

  #read(bytes: Buffer): void {
    if (this.#reader === undefined) {
      this.#end(new UnaskedBytes());
      return;
    }
    try {
      if (this.#reader.read(bytes)) this.#answered(this.#reader);
    } catch (error) {
      // Nothing else is thrown there.
      this.#end(error as Error);
    }
  }

  #hearEnd(): void {
    if (this.#reader?.endsHere === true) this.#answered(this.#reader);
    this.close();
  }

  #answered(reader: AnswerReader): void {
    const asker = this.#asker;
    this.#asker = undefined;
    this.#reader = undefined;
    this.#answeredBefore = moment;
    asker?.onAnswer(reader.take());
    this.#goFree(reader.restMs);
  }

  #goFree(restMs: number): void {
    if (restMs > 0) this.#owner.onFree(this, restMs);
    else this.close();
  }

  #end(error: Error): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#socket?.destroy();
    const asker = this.#asker;
    const wasGood = this.hasRested || this.#answeredBefore !== undefined;
    const diedAtRest = wasGood && this.#reader === undefined;
    this.#asker = undefined;
    this.#reader = undefined;
    this.#owner.onLost(this, diedAtRest ? asker : undefined);
    if (!diedAtRest) asker?.onFailure(error);
  }
}

/** Those to send on at the next moment of sending, and how many such moments there were. */
let asked: Connection[] = [];
let moment = 0;

function sendSoon(connection: Connection): void {
  // Immediates come right after the process has looked at its sockets.
  if (asked.push(connection) === 1) setImmediate(sendAll);
}

function sendAll(): void {
  const [connections, now] = [asked, moment];
  asked = [];
  moment += 1;
  for (const connection of connections) connection.send(now);
}

const connectByTls = buildConnector({ allowH2: false });
