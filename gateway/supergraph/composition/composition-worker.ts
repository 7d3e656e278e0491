/**
 * The thread that composes, from inside: one task in, one outcome out. Whoever started it ends it.
 */

import { parentPort, workerData } from 'node:worker_threads';

import type { CompositionTask } from './compose-in-thread.ts';
import { composeSupergraph } from './compose-supergraph.ts';

// Reason for the cast: it is what compose-in-thread.ts starts the thread with.
const { sources, owners } = workerData as CompositionTask;
parentPort?.postMessage(composeSupergraph(sources, owners));
