/**
 * The orderly end of an HTTP server: it goes on for a while in which every answer closes its connection, then accepts
 * nothing, lets what runs finish, and cuts off what takes too long. Both sides end by these rules. Knows no request.
 */

import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** One that is `replaced` ends as well, but somebody else already answers on its port. */
export interface Stopping {
  stage: 'serving' | 'replaced' | 'stopping';
}

export interface StoppingTimes {
  readonly drainDelayMs: number;
  readonly shutdownGraceMs: number;
}

export interface StoppableApp {
  readonly server: Server;
  readonly close: () => PromiseLike<unknown>;
}

/**
 * Whether all that ran has finished, and nothing was cut off. Call it when answers say `Connection: close` already. A
 * client may send on a connection in the very moment in which it is closed from here, so each rests before that.
 */
export async function stopServing(app: StoppableApp, times: StoppingTimes): Promise<boolean> {
  const { drainDelayMs, shutdownGraceMs } = times;
  const { server } = app;
  // For answers whose head was sent before: in parts, they may end much later. 0 would mean for ever.
  server.keepAliveTimeout = Math.max(drainDelayMs, 1);
  server.keepAliveTimeoutBuffer = 0;
  if (server.listening) await pause(drainDelayMs);
  let isInTime = true;
  const timer = setTimeout(() => {
    isInTime = false;
    server.closeAllConnections();
  }, shutdownGraceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
  return isInTime;
}
