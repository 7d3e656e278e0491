/**
 * `npm run bench:shield`: what guarding costs for every field of a list of 1,000 objects with 10 fields each: the
 * schema without a guard, with plain graphql-shield, and with the kit. In turn, in CPU time of this process.
 */

import { execute, parse, type GraphQLSchema } from 'graphql';

import type { Principal } from '../../../schema/contract/principal.ts';
import { guardSchema } from '../../../subgraphs/kit/shield.ts';
import { readFlags } from '../../../tools/read-options.ts';
import { guardByPlainShield } from '../../kit/plain-shield.ts';
import { ARTICLES, articlePermissions, articleSchema, FIELDS, RULE_KINDS } from './article-schema.ts';

const ROUNDS = 15;
const WARM_UP = 2;
const ANSWERS_PER_ROUND = 10;
const FIELDS_PER_ANSWER = ARTICLES * FIELDS.length;
const NANOSECONDS = 1000;

const principal: Principal = { subject: 'bench', roles: [], scopes: ['costs:read'] };
const document = parse(`{ articles { ${FIELDS.join(' ')} } }`);

/** CPU microseconds for each field. */
async function measure(schema: GraphQLSchema): Promise<number> {
  const before = process.cpuUsage();
  for (let count = 0; count < ANSWERS_PER_ROUND; count++) {
    const { errors } = await execute({ schema, document, contextValue: { principal } });
    if (errors !== undefined) throw errors[0] ?? new Error('an answer had errors');
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (ANSWERS_PER_ROUND * FIELDS_PER_ANSWER);
}

function medianOf(figures: readonly number[]): number {
  return figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

function show(microseconds: number): string {
  return (Math.round(microseconds * NANOSECONDS) / NANOSECONDS).toFixed(3).padStart(9);
}

export async function run(args: readonly string[]): Promise<void> {
  readFlags(args, {}, 'npm run bench:shield');
  process.stdout.write(
    `${ARTICLES} objects of ${FIELDS.length} fields, median of ${ROUNDS} rounds of ${ANSWERS_PER_ROUND} answers, in turn\n` +
      `CPU microseconds for each field, beyond the same schema without a guard (${process.version})\n\n` +
      `${'rule of the fields'.padEnd(44)} no guard   shield    kit\n`,
  );
  for (const kind of RULE_KINDS) {
    const permissions = articlePermissions(kind);
    const contestants = [
      articleSchema(),
      guardByPlainShield(articleSchema(), permissions),
      guardSchema(articleSchema(), permissions),
    ];
    const rounds: number[][] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const figures: number[] = [];
      for (const schema of contestants) figures.push(await measure(schema));
      rounds.push(figures);
    }
    const figures = contestants.map((_schema, index) =>
      medianOf(rounds.slice(WARM_UP).map((round) => round[index] ?? Number.NaN)),
    );
    const [unguarded = Number.NaN, shield = Number.NaN, kit = Number.NaN] = figures;
    const columns = [unguarded, shield - unguarded, kit - unguarded].map(show).join('');
    process.stdout.write(`${kind.says.padEnd(44)}${columns}\n`);
  }
}
