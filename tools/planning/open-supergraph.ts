/**
 * The supergraph that a command plans over, as somebody would have it who may see all. Asks no system.
 */

import path from 'node:path';
import { separateAccess } from '../../gateway/access/create-access.ts';
import { StartRefused } from '../../gateway/base/start-refused.ts';
import { unusableSupergraph } from '../../gateway/execution/unusable-supergraph.ts';
import { createPlanner, type Planner } from '../../gateway/planning/create-planner.ts';
import { readSupergraph, type Supergraph } from '../../gateway/supergraph/read-supergraph.ts';
import { CommandRefused } from '../command-refused.ts';
import { CHECKOUT } from '../state/state-folder.ts';

export const OWN_SUPERGRAPH = path.join(CHECKOUT, 'schema', 'supergraph.graphql');

export interface OpenSupergraph {
  readonly supergraph: Supergraph;
  readonly planner: Planner;
}

/** @throws CommandRefused with what a gateway would say that is started with it. */
export function openSupergraph(file = OWN_SUPERGRAPH): OpenSupergraph {
  try {
    const { supergraph } = separateAccess(readSupergraph(file));
    return { supergraph, planner: createPlanner(supergraph.sdl) };
  } catch (problem) {
    const refusal = problem instanceof StartRefused ? problem : unusableSupergraph(file, problem);
    throw new CommandRefused(refusal.problems.join('\n'), problem);
  }
}
