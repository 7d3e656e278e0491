/**
 * `npm run schema:compose`: writes `schema/supergraph.graphql` from the subgraphs' SDLs beside it and from their
 * permissions; with `--check` it only says whether the committed file is what they compose to. Problems go to the terminal, all at once.
 */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { permissions as accounting } from '../subgraphs/accounting/permissions.ts';
import { permissions as crm } from '../subgraphs/crm/permissions.ts';
import type { Permissions } from '../subgraphs/kit/permissions.ts';
import { permissions as shop } from '../subgraphs/shop/permissions.ts';
import type { SystemName } from '../schema/ownership.ts';
import { CommandRefused } from './command-refused.ts';
import { composeSupergraph, type SubgraphSource } from './compose/compose-supergraph.ts';
import { demandsOf } from './compose/demands-of.ts';
import { formatProblem } from './compose/schema-problem.ts';
import { readOptions } from './read-options.ts';
import { CHECKOUT } from './state/state-folder.ts';
import { subgraphUrl } from './systems/subgraph-ports.ts';
import { isSystemName, SYSTEM_NAMES } from './systems/system-names.ts';

const USAGE = 'npm run schema:compose [-- --check]';
const SUPERGRAPH = 'supergraph.graphql';
const HEADER =
  '# Made by `npm run schema:compose` from the other .graphql files of this folder and from each subgraph’s\n' +
  '# permissions.ts; edit those.\n\n';
const PERMISSIONS: Readonly<Record<SystemName, Permissions>> = { accounting, crm, shop };

export async function run(args: readonly string[]): Promise<void> {
  const { values } = readOptions(args, { check: { type: 'boolean' } }, USAGE);
  const folder = path.join(CHECKOUT, 'schema');
  const outcome = composeSupergraph(await readSources(folder), SYSTEM_NAMES);
  if (outcome.kind === 'refused') throw new CommandRefused(outcome.problems.map(formatProblem).join('\n'));
  const supergraph = `${HEADER}${outcome.supergraph.trimEnd()}\n`;
  const file = path.join(folder, SUPERGRAPH);
  const committed = await readFile(file, 'utf8').catch(() => undefined);
  if (committed === supergraph) return;
  if (values.check === true) {
    throw new CommandRefused(
      `schema/${SUPERGRAPH} is not what the subgraphs compose to: run "npm run schema:compose" and commit it.`,
    );
  }
  await writeFile(file, supergraph);
  process.stdout.write(`schema/${SUPERGRAPH} is written.\n`);
}

async function readSources(folder: string): Promise<readonly SubgraphSource[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql') && name !== SUPERGRAPH);
  return Promise.all(
    names.sort().map(async (fileName) => {
      const name = path.basename(fileName, '.graphql');
      return {
        name,
        file: `schema/${fileName}`,
        sdl: await readFile(path.join(folder, fileName), 'utf8'),
        // A subgraph without an owner has no port either; composition refuses it below.
        url: isSystemName(name) ? subgraphUrl(name) : '',
        demands: isSystemName(name) ? demandsOf(PERMISSIONS[name]) : {},
      };
    }),
  );
}
