/**
 * The accounting subgraph as a process of its own. `subgraphs/kit/settings.ts` lists what the environment must tell it.
 */

import { runSubgraph } from '../kit/run-subgraph.ts';
import { accounting } from './subgraph.ts';

await runSubgraph(accounting);
