/**
 * The close of a connection whose client is still sending: at once, it would be a reset, which takes the answer away
 * that the client has not read yet (RFC 9112, section 9.6). Knows no answer.
 */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Of a client that sends nothing more: long enough to read an answer and close. */
const SILENT_MS = 2_000;
/** Of one that goes on sending, however slowly. */
const LONGEST_MS = 10_000;

/** Before the answer: if the connection is closed after it, what still comes is read for a while and thrown away. */
export function lingerOver(request: IncomingMessage): void {
  const { socket } = request;
  if (request.complete || socket.destroyed) return;
  // Nobody unpacks it any more.
  request.unpipe();
  request.resume();
  // This is how Node closes once the answer has been written.
  socket.destroySoon = () => {
    socket.end();
    closeSlowly(socket);
  };
}

/** The same where there is no request; whoever calls it ends what is written. */
export function closeSlowly(socket: Socket): void {
  const startedAtMs = performance.now();
  let read = socket.bytesRead;
  const look = setInterval(() => {
    const isSilent = socket.bytesRead === read;
    read = socket.bytesRead;
    if (isSilent || performance.now() - startedAtMs > LONGEST_MS) socket.destroy();
  }, SILENT_MS);
  socket.once('close', () => clearInterval(look));
}
