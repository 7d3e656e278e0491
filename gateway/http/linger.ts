/**
 * The close of a connection whose client is still sending: at once, it would be a reset, which takes the answer away
 * that the client has not read yet (RFC 9112, section 9.6). Knows no answer.
 */

import type { IncomingMessage } from 'node:http';

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
    const silence = setTimeout(() => socket.destroy(), SILENT_MS);
    const whole = setTimeout(() => socket.destroy(), LONGEST_MS);
    request.on('data', () => silence.refresh());
    socket.once('close', () => {
      clearTimeout(silence);
      clearTimeout(whole);
    });
  };
}
