/**
 * The socket of a connection to a database that gives up when nothing comes any more: the server's own limits end
 * nothing when what it says does not arrive. Knows no database.
 */

import { Socket } from 'node:net';

/** More than a statement may take; pools close what lies idle before that. */
const MOST_SILENT_MS = 15_000;

export function openImpatientSocket(mostSilentMs = MOST_SILENT_MS): Socket {
  const socket = new Socket();
  const giveUp = () => socket.destroy(new Error('the database has not said anything for too long'));
  return socket.setTimeout(mostSilentMs, giveUp);
}
