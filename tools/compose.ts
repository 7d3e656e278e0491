/**
 * `npm run schema:compose`: writes `schema/supergraph.graphql` from the subgraphs' SDLs beside it and from their
 * permissions, and reports what the outage of each system empties; with `--check` it only says whether the committed
 * file is what they compose to, and with `--publish FOLDER` it writes the SDLs that a gateway composes by itself. Problems
 * go to the terminal, all at once.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { POLICIES } from './access/policy.ts';
import { CommandRefused } from './command-refused.ts';
import { composeCompany, publishedSdls } from './compose/compose-company.ts';
import { formatProblem } from '../gateway/supergraph/composition/schema-problem.ts';
import { run as reportOutages } from './outages.ts';
import { readFlags } from './read-options.ts';
import { CHECKOUT } from './state/state-folder.ts';

const USAGE = 'npm run schema:compose [-- --check | --publish FOLDER]';
const SUPERGRAPH = 'supergraph.graphql';
const HEADER =
  '# Made by `npm run schema:compose` from the other .graphql files of this folder and from each subgraph’s\n' +
  '# permissions.ts; edit those.\n\n';

export async function run(args: readonly string[]): Promise<void> {
  const values = readFlags(args, { check: { type: 'boolean' }, publish: { type: 'string' } }, USAGE);
  const folder = path.join(CHECKOUT, 'schema');
  const outcome = await composeCompany(POLICIES);
  if (outcome.kind === 'refused') throw new CommandRefused(outcome.problems.map(formatProblem).join('\n'));
  if (values.publish !== undefined) return publish(values.publish);
  const supergraph = `${HEADER}${outcome.supergraph.trimEnd()}\n`;
  const file = path.join(folder, SUPERGRAPH);
  const isFresh = (await readFile(file, 'utf8').catch(() => undefined)) === supergraph;
  if (values.check === true) {
    if (isFresh) return;
    throw new CommandRefused(
      `schema/${SUPERGRAPH} is not what the subgraphs compose to: run "npm run schema:compose" and commit it.`,
    );
  }
  if (!isFresh) await writeFile(file, supergraph);
  process.stdout.write(`schema/${SUPERGRAPH} ${isFresh ? 'is as it was' : 'is written'}.\n\n`);
  await reportOutages([]);
}

async function publish(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, sdl } of await publishedSdls(POLICIES)) {
    await writeFile(path.join(folder, `${name}.graphql`), sdl);
  }
  process.stdout.write(`${folder} holds the SDL of each subgraph, with what its permissions demand.\n`);
}
