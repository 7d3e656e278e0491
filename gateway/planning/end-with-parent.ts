/**
 * A thread of the planning process that ends it when the gateway is gone, whatever the process is doing.
 */

import { Socket } from 'node:net';

/** The gateway writes nothing there; what ends is its side of the pipe. */
const STANDARD_INPUT = 0;

new Socket({ fd: STANDARD_INPUT, readable: true, writable: false })
  .on('error', () => process.kill(process.pid, 'SIGKILL'))
  .on('end', () => process.kill(process.pid, 'SIGKILL'))
  .resume();
