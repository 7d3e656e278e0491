/**
 * The worker of accounting as a process of its own: it tells the other systems what happened here.
 * `subgraphs/kit/events/worker-settings.ts` lists what the environment must tell it.
 */

import { runWorker } from '../kit/events/run-worker.ts';
import { events } from './events.ts';

await runWorker({ system: 'accounting', events });
