/**
 * A TCP proxy that breaks connections on purpose: which one and how, its plan says. Listens on the loopback address.
 * Knows no chance; with the same plan the same connection breaks in the same way.
 */

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { cutSocket } from './cut-socket.ts';
import { FaultConnection, type Upstream } from './fault-connection.ts';
import { NO_FAULT, type Fault, type FaultKind } from './fault.ts';

/** What befalls a connection, by its number; the first is 0. */
export type FaultPlan = (connection: number) => Fault;

export interface FaultProxy {
  readonly port: number;
  /** The next connection is number 0 of this plan; those that are open keep theirs. */
  readonly follow: (plan: FaultPlan) => void;
  /** Cuts what is open, and from now on passes everything on as it is. */
  readonly calm: () => void;
  /** How often each kind has struck. */
  readonly struck: () => Readonly<Partial<Record<FaultKind, number>>>;
  readonly stop: () => Promise<void>;
}

const HOST = '127.0.0.1';
const BETWEEN_ATTEMPTS_MS = 20;

export async function startFaultProxy(
  target: Upstream,
  first: FaultPlan = () => NO_FAULT,
): Promise<FaultProxy> {
  const proxy = new Proxy(target, first);
  await proxy.listen(0);
  return proxy;
}

class Proxy implements FaultProxy {
  readonly #target: Upstream;
  readonly #server: Server;
  readonly #open = new Set<{ readonly socket: Socket; readonly reset: () => void }>();
  readonly #struck: Partial<Record<FaultKind, number>> = {};
  #plan: FaultPlan;
  #next = 0;
  #port = 0;
  #reopening: NodeJS.Timeout | undefined;
  #hasStopped = false;

  constructor(target: Upstream, plan: FaultPlan) {
    this.#target = target;
    this.#plan = plan;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  get port(): number {
    return this.#port;
  }

  readonly follow = (plan: FaultPlan): void => {
    this.#plan = plan;
    this.#next = 0;
  };

  readonly calm = (): void => {
    this.follow(() => NO_FAULT);
    for (const { reset } of this.#open) reset();
    clearTimeout(this.#reopening);
    this.#reopen();
  };

  readonly struck = () => ({ ...this.#struck });

  readonly stop = async (): Promise<void> => {
    this.#hasStopped = true;
    clearTimeout(this.#reopening);
    for (const { reset } of this.#open) reset();
    await new Promise((resolve) => this.#server.close(resolve));
  };

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) =>
      this.#server.once('error', reject).listen(port, HOST, () => {
        this.#server.removeAllListeners('error');
        resolve();
      }),
    );
    // Reason for the cast: a server that listens on TCP has such an address.
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #accept(socket: Socket): void {
    const fault = this.#plan(this.#next++);
    // One that breaks before it is passed on has no other listener.
    socket.on('error', () => undefined);
    if (fault.kind === 'refuse') {
      this.#count('refuse');
      cutSocket(socket);
      this.#shut(fault.forMs);
      return;
    }
    if (fault.kind !== 'slowAccept') {
      this.#connect(socket, fault);
      return;
    }
    this.#count('slowAccept');
    const waiting = { socket, reset: () => cutSocket(socket) };
    this.#remember(waiting);
    const timer = setTimeout(() => {
      this.#open.delete(waiting);
      if (!socket.destroyed) this.#connect(socket, fault);
    }, fault.forMs);
    socket.once('close', () => clearTimeout(timer));
  }

  #connect(socket: Socket, fault: Fault): void {
    const connection = new FaultConnection(socket, this.#target, fault, () => this.#count(fault.kind));
    this.#remember({ socket, reset: () => connection.reset() });
  }

  #remember(entry: { readonly socket: Socket; readonly reset: () => void }): void {
    this.#open.add(entry);
    entry.socket.once('close', () => this.#open.delete(entry));
  }

  /** Who connects meanwhile is refused by the kernel. */
  #shut(forMs: number): void {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#reopening = setTimeout(() => this.#reopen(), forMs);
  }

  #reopen(): void {
    if (this.#server.listening || this.#hasStopped) return;
    // Somebody may have been given the port for a moment.
    this.listen(this.#port).catch(() => {
      this.#reopening = setTimeout(() => this.#reopen(), BETWEEN_ATTEMPTS_MS);
    });
  }

  #count(kind: FaultKind): void {
    this.#struck[kind] = (this.#struck[kind] ?? 0) + 1;
  }
}
