/**
 * `npm run documents -- check FILE …`: whether the documents that a manifest lists could be run over the supergraph,
 * for frontend teams before they publish it. Asks no system and no gateway.
 */

import { Kind, type DocumentNode, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../gateway/base/gateway-error.ts';
import { StartRefused } from '../gateway/base/start-refused.ts';
import { limits as limitOptions } from '../gateway/config/limit-options.ts';
import type { Config } from '../gateway/config/options.ts';
import { readConfig } from '../gateway/config/read-config.ts';
import { compileCost } from '../gateway/operation/compile-cost.ts';
import { readCostWeights, type CostWeights } from '../gateway/operation/cost-weights.ts';
import { createLimits } from '../gateway/operation/create-limits.ts';
import { checkDocument } from '../gateway/request/check-document.ts';
import { readManifests } from '../gateway/request/read-manifests.ts';
import { CommandRefused } from './command-refused.ts';
import { openSupergraph, OWN_SUPERGRAPH } from './planning/open-supergraph.ts';
import { readOptions } from './read-options.ts';

const USAGE = 'npm run documents -- check FILE … [--supergraph FILE or FOLDER] [--config FILE]';

export async function run(args: readonly string[]): Promise<void> {
  const kinds = { supergraph: { type: 'string' }, config: { type: 'string' } } as const;
  const { values, positionals } = readOptions(args, kinds, USAGE);
  const [command, ...files] = positionals;
  if (command !== 'check' || files.length === 0)
    throw new CommandRefused(`Say what to do with which manifests. Usage: ${USAGE}`);
  const options = optionsOf(values.supergraph, values.config);
  const { supergraph, planner } = await openSupergraph(options.supergraph);
  const schema = planner.apiSchema;
  const weights = readCostWeights(supergraph.document);
  const limits = createLimits(options.limits);
  const { list } = await readManifests(files, limits).catch(refused);
  const checked = list.all.map(({ id, text }) => {
    const found = checkDocument(text, schema, limits);
    const problems = found.kind === 'invalid' ? found.problems : [];
    const costs = found.kind === 'invalid' ? [] : costsOf(found.document, { ...options, schema, weights });
    return { id, costs, problems: [...problems, ...costs.flatMap(({ problem = [] }) => problem)] };
  });
  for (const { id, costs, problems } of checked) {
    for (const { name, cost } of costs) process.stdout.write(`${id} ${name}: costs ${cost}\n`);
    for (const problem of problems) process.stdout.write(`${id} PROBLEM: ${problem}\n`);
  }
  if (checked.length === 0) throw new CommandRefused(`${files.join(', ')}: no document is listed.`);
  const { length } = checked.filter(({ problems }) => problems.length > 0);
  if (length > 0) throw new CommandRefused(`${length} of ${checked.length} documents cannot be run.`);
}

interface CheckOptions {
  readonly supergraph: string;
  readonly limits: Config['limits'];
}

/** Those of a gateway, or this checkout's supergraph and the limits that hold by default. */
function optionsOf(supergraph: string | undefined, config: string | undefined): CheckOptions {
  if (config === undefined)
    return { supergraph: supergraph ?? OWN_SUPERGRAPH, limits: limitOptions.parse(undefined) };
  const flags = ['--config', config, ...(supergraph === undefined ? [] : ['--supergraph', supergraph])];
  try {
    const { supergraph: source, limits } = readConfig(flags, process.env);
    const place = source.file ?? source.folder;
    if (place === undefined)
      throw new CommandRefused(
        'That gateway takes its supergraph from elsewhere: name a file or a folder with --supergraph.',
      );
    return { supergraph: place, limits };
  } catch (problem) {
    return refused(problem);
  }
}

interface CostParts {
  readonly limits: Config['limits'];
  readonly schema: GraphQLSchema;
  readonly weights: CostWeights;
}

interface NamedCost {
  readonly name: string;
  readonly cost: string;
  readonly problem?: string;
}

/** Of each operation, as far as it does not depend on variables. */
function costsOf(document: DocumentNode, { limits, schema, weights }: CostParts): readonly NamedCost[] {
  const { defaultListSize, maxCost } = limits;
  return document.definitions
    .filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    .map(({ name, operation }) => {
      const known = name?.value ?? operation;
      const compiled = compileCost(document, name?.value, { schema, weights, defaultListSize });
      const cost = estimateOf(() => compiled?.estimate({}) ?? 0);
      if (cost === undefined) return { name: known, cost: 'what its variables say' };
      const problem = `LIMIT_EXCEEDED: ${known} costs ${cost}, and maxCost is ${maxCost}`;
      return { name: known, cost: String(cost), ...(cost > maxCost ? { problem } : {}) };
    });
}

/** Undefined where the size of a list must be said, and only a variable says it. */
function estimateOf(estimate: () => number): number | undefined {
  try {
    return estimate();
  } catch (problem) {
    if (problem instanceof GatewayError) return undefined;
    throw problem;
  }
}

function refused(problem: unknown): never {
  if (problem instanceof StartRefused) throw new CommandRefused(problem.problems.join('\n'), problem);
  throw problem;
}
