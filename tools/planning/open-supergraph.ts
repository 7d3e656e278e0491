/**
 * The supergraph that a command plans over, as somebody would have it who may see all. Asks no system.
 */

import { statSync } from 'node:fs';
import path from 'node:path';
import { separateAccess } from '../../gateway/access/create-access.ts';
import { StartRefused } from '../../gateway/base/start-refused.ts';
import { unusableSupergraph } from '../../gateway/execution/unusable-supergraph.ts';
import { createPlanner, type Planner } from '../../gateway/planning/create-planner.ts';
import { createFolderSource } from '../../gateway/supergraph/folder-source.ts';
import { readSupergraph, type Supergraph } from '../../gateway/supergraph/read-supergraph.ts';
import { CommandRefused } from '../command-refused.ts';
import { CHECKOUT } from '../state/state-folder.ts';

export const OWN_SUPERGRAPH = path.join(CHECKOUT, 'schema', 'supergraph.graphql');

/** Nobody else waits for a command, and whoever does can end it. */
const NEVER_REACHED = { timeoutMs: 86_400_000, maxHeapMb: 16_384 };

export interface OpenSupergraph {
  readonly supergraph: Supergraph;
  readonly planner: Planner;
}

/** @throws CommandRefused with what a gateway would say that is started with it. */
export async function openSupergraph(place = OWN_SUPERGRAPH): Promise<OpenSupergraph> {
  try {
    const { supergraph } = separateAccess(await supergraphAt(place));
    return { supergraph, planner: createPlanner(supergraph.sdl) };
  } catch (problem) {
    const refusal = problem instanceof StartRefused ? problem : unusableSupergraph(place, problem);
    throw new CommandRefused(refusal.problems.join('\n'), problem);
  }
}

/** Composed where the place is a folder of SDLs. A command calls nobody, so that it asks for no addresses. */
async function supergraphAt(place: string): Promise<Supergraph> {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return readSupergraph(place);
  const addressOf = (name: string) => `http://${name}.invalid/`;
  const source = createFolderSource({ folder: place, maxBytes: Infinity, limits: NEVER_REACHED, addressOf });
  const found = await source.read();
  // Only who has looked before finds nothing new, and nobody ends the source.
  if (typeof found === 'string') throw new TypeError(`${place} was ${found} at the first look`);
  return found;
}
