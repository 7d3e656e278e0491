/**
 * Federations that nobody has written and in which somebody without scopes may not read everything: no guarded value
 * comes, all others come as one graphql-js schema gives them in which the guarded fields fail, and each null that is
 * more has its error. More may be lost than must be: of what leads only to guarded fields nobody is asked. FEDERATIONS
 * says how many, SEED which ones.
 */

import * as fc from 'fast-check';
import { isInterfaceType, isObjectType, parse, validate, type GraphQLSchema } from 'graphql';

import { isRecord } from '../../gateway/base/is-record.ts';
import { SEED } from '../kit/seed.ts';
import { NotComposable } from '../kit/start-gateway.ts';
import { faultyMonolith } from './differential/faulty-monolith.ts';
import { operationsOf } from './differential/operation-arbitrary.ts';
import { generateGuarded } from './generated/generate-federation.ts';
import { namedIn } from './generated/model.ts';
import type { Answer } from './kit/answer.ts';
import { federate, stopFederations } from './kit/federation.ts';

const FEDERATIONS = Number(process.env['FEDERATIONS'] ?? 6);
const OPERATIONS = Number(process.env['OPERATIONS'] ?? 10);
const counted = { uncomposed: 0, answers: 0, refusals: 0 };

afterEach(stopFederations);

test.each(Array.from({ length: FEDERATIONS }, (_, index) => SEED + index))(
  'guarded federation %i',
  async (seed) => {
    const { isRefused, ...setup } = generateGuarded(seed);
    const federation = await federate({ ...setup, planningMs: 5_000 }).catch(unlessNotComposable);
    if (federation === undefined) return;
    const { apiSchema } = federation;
    const monolith = faultyMonolith(apiSchema, setup.truth ?? {});
    for (const { query, variables } of fc.sample(operationsOf(apiSchema, setup), {
      numRuns: OPERATIONS,
      seed,
    })) {
      // A change of which a field is refused is not made at all.
      if (query.startsWith('mutation') || validate(apiSchema, parse(query)).length > 0) continue;
      const ask = (isTold: boolean) =>
        monolith.ask({ query, variables }, (type, field) =>
          !isTold && isRefused(type, field, returns(apiSchema, type, field)) ? 'fails' : undefined,
        );
      const [answer, allowed, open] = [
        await federation.compiled(query, variables),
        await ask(false),
        await ask(true),
      ];
      const problems = [...differing(answer.data, allowed.data, []), ...unexplained(answer, open)];
      expect({ query, variables, problems, answer }).toEqual({ query, variables, problems: [], answer });
      counted.answers += 1;
      counted.refusals += Number(answer.errors.some(({ code }) => code === REFUSED));
    }
  },
  600_000,
);

afterAll(() => {
  process.stdout.write(`guarded: ${JSON.stringify(counted)}; seed ${SEED}\n`);
  expect(counted.uncomposed).toBeLessThan(FEDERATIONS);
});

const REFUSED = 'FORBIDDEN_FIELD';

type Path = readonly (string | number)[];

function unlessNotComposable(error: unknown): undefined {
  // Subgraphs made up by chance need not go together.
  if (!(error instanceof NotComposable)) throw error;
  counted.uncomposed += 1;
  return undefined;
}

function returns(schema: GraphQLSchema, typeName: string, field: string): string {
  const type = schema.getType(typeName);
  const found = isObjectType(type) || isInterfaceType(type) ? type.getFields()[field] : undefined;
  return namedIn(String(found?.type));
}

/** Where there is another value than in what is allowed; a null may stand for each. */
function differing(value: unknown, allowed: unknown, path: Path): readonly string[] {
  if (value === null) return [];
  const [ours, theirs] = [partsOf(value), partsOf(allowed)];
  if (ours === undefined || theirs === undefined) return value === allowed ? [] : [`other: ${plain(path)}`];
  if (ours.map(([key]) => key).join() !== theirs.map(([key]) => key).join()) return [`keys: ${plain(path)}`];
  return ours.flatMap(([key, each], index) => differing(each, theirs[index]?.[1], [...path, key]));
}

/** Nulls without an error at them, below them, or of a list that they are in; and errors of what is there. */
function unexplained({ data, errors }: Answer, open: Answer): readonly string[] {
  const isExplained = (at: string) =>
    errors.some(
      ({ path, code }) => plain(path).startsWith(at) || (code === REFUSED && at.startsWith(plain(path))),
    );
  const lost = lostIn(data, open.data, []).map(plain);
  const others = open.errors.length === 0 ? errors.filter(({ code }) => code !== REFUSED) : [];
  return [
    ...lost.filter((at) => !isExplained(at)).map((at) => `no error: ${at}`),
    ...others.map(({ path, code }) => `${code}: ${plain(path)}`),
  ];
}

function lostIn(value: unknown, open: unknown, path: Path): readonly Path[] {
  if (value === null) return open === null ? [] : [path];
  const theirs = partsOf(open) ?? [];
  return (partsOf(value) ?? []).flatMap(([key, each]) =>
    lostIn(each, theirs.find(([name]) => name === key)?.[1], [...path, key]),
  );
}

function partsOf(value: unknown): readonly (readonly [string | number, unknown])[] | undefined {
  if (Array.isArray(value)) return value.map((each: unknown, index) => [index, each]);
  return isRecord(value) ? Object.entries(value) : undefined;
}

/** A refusal names no item of a list. */
function plain(path: Path): string {
  return path.filter((each) => typeof each === 'string').join('/');
}
