/**
 * The supergraph of this repository: composed from the SDLs in `schema/` and from what given permissions demand.
 * Writes nothing.
 */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { parse, print } from 'graphql';

import { withAccessDirectives } from '../../gateway/supergraph/composition/with-access-directives.ts';
import { isSystemName, type SystemName } from '../../schema/ownership.ts';
import type { Permissions } from '../../subgraphs/kit/permissions.ts';
import { CommandRefused } from '../command-refused.ts';
import { CHECKOUT } from '../state/state-folder.ts';
import { subgraphUrl } from '../systems/subgraph-ports.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';
import {
  composeSupergraph,
  type CompositionOutcome,
  type SubgraphSource,
} from '../../gateway/supergraph/composition/compose-supergraph.ts';
import { demandsOf } from './demands-of.ts';

export async function composeCompany(
  policies: Readonly<Record<SystemName, Permissions>>,
): Promise<CompositionOutcome> {
  return composeSupergraph(await readSources(policies), SYSTEM_NAMES);
}

export interface PublishedSdl {
  readonly name: string;
  readonly sdl: string;
}

/** Each subgraph's SDL with what its permissions demand: what a gateway that knows no permissions composes the same from. */
export async function publishedSdls(
  policies: Readonly<Record<SystemName, Permissions>>,
): Promise<readonly PublishedSdl[]> {
  const sources = await readSources(policies);
  return sources.map(({ name, sdl, demands = {} }) => ({
    name,
    sdl: `${print(withAccessDirectives(parse(sdl), demands))}\n`,
  }));
}

async function readSources(
  policies: Readonly<Record<SystemName, Permissions>>,
): Promise<readonly SubgraphSource[]> {
  // A command runs without a look at its types, which would say so too.
  if (!SYSTEM_NAMES.every((system) => Object.hasOwn(policies, system)))
    throw new CommandRefused(
      'schema/ownership.ts names a system that is not everywhere yet: "npm run check:types" lists where it is missing.',
    );
  const folder = path.join(CHECKOUT, 'schema');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql'));
  const sources = names
    .map((name) => path.basename(name, '.graphql'))
    .filter((name) => name !== 'supergraph')
    .sort()
    .map((name) => readSource(folder, name, policies));
  return Promise.all(sources);
}

async function readSource(
  folder: string,
  name: string,
  policies: Readonly<Record<SystemName, Permissions>>,
): Promise<SubgraphSource> {
  const file = `schema/${name}.graphql`;
  const sdl = await readFile(path.join(folder, `${name}.graphql`), 'utf8');
  // A subgraph without an owner has no port either; composition refuses it.
  if (!isSystemName(name)) return { name, file, sdl, url: '' };
  return { name, file, sdl, url: subgraphUrl(name), demands: demandsOf(policies[name]) };
}
