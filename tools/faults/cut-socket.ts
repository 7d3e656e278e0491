/**
 * Cuts a connection as if its cable were cut: the other side gets a reset. Knows no fault.
 */

import type { Socket } from 'node:net';

/**
 * One that is being ended is only destroyed: libuv refuses to reset it (EINVAL of `uv_tcp_close_reset`), Node takes it
 * for closed all the same, and the process would wait for it at its end for ever.
 */
export function cutSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
