/**
 * Where so configured, a client reads a schema that has only what it could ever see.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, validateSchema, type IntrospectionQuery } from 'graphql';

import { refusedField, startGuarded, type GuardedGateway } from '../kit/ask-guarded.ts';
import { clinic, zoo } from '../kit/guarded-zoo.ts';

let world: GuardedGateway;
beforeAll(async () => {
  world = await startGuarded([zoo, clinic], { introspection: { filtered: true } });
});
afterAll(() => world?.stop());

interface Introspected {
  readonly data: IntrospectionQuery;
}

async function schemaOf(scopes?: readonly string[]) {
  const { body } = await world.ask(getIntrospectionQuery(), scopes);
  // Reason for the cast: what the query asks for.
  return buildClientSchema((body as Introspected).data);
}

async function fieldsOf(
  typeName: string,
  scopes?: readonly string[],
): Promise<readonly string[] | undefined> {
  const type = (await schemaOf(scopes)).getType(typeName);
  return type !== undefined && 'getFields' in type ? Object.keys(type.getFields()) : undefined;
}

test('a field is in the schema of those who meet its demands, and of nobody else', async () => {
  const keeper = await fieldsOf('Keeper');
  expect(keeper).toEqual(expect.arrayContaining(['id', 'name', 'tasks']));
  for (const guarded of ['wage', 'badge', 'salary', 'rank', 'secret']) expect(keeper).not.toContain(guarded);
  expect(await fieldsOf('Keeper', ['wages'])).toEqual(expect.arrayContaining(['wage', 'salary']));
  // The same text again, and not the answer of whoever asked in between.
  expect(await fieldsOf('Keeper')).toEqual(keeper);
});

test('a type that only guarded fields lead to is not there, nor in a union', async () => {
  const hidden = await schemaOf();
  expect(['Plan', 'Rank', 'Money', 'Snake'].filter((name) => hidden.getType(name) !== undefined)).toEqual([]);
  const shown = await schemaOf(['plans', 'ranks']);
  expect(['Plan', 'Rank', 'Money', 'Snake'].filter((name) => shown.getType(name) === undefined)).toEqual([]);
});

test('what is left is a schema that tools accept', async () => {
  for (const scopes of [undefined, [], ['wages', 'plans']])
    expect(validateSchema(await schemaOf(scopes)).map(({ message }) => message)).toEqual([]);
});

test('asking for what the schema does not show is refused like before', async () => {
  const { body } = await world.ask('{ keeper(id: "k1") { wage } }');
  expect(body).toMatchObject({ errors: [refusedField(['keeper', 'wage'], 'Keeper.wage', 'holds wages')] });
});

test.each(['{ keeper(id: "k1") { wagee } }', '{ animals { ... on Plann { text } } }', '{ plann { text } }'])(
  'no error suggests what the schema does not show: %s',
  async (query) => {
    const { body } = await world.ask(query);
    expect(body).toMatchObject({ errors: [expect.anything()] });
    expect(JSON.stringify(body)).not.toMatch(/did you mean/i);
  },
);
