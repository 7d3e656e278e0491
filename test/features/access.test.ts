/**
 * What somebody may not see for certain is refused before any subgraph is asked: null with an error that says which
 * field and what it needs, and all else is answered as if it had not been asked.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { refusedField, startGuarded, type GuardedGateway } from '../kit/ask-guarded.ts';
import { clinic, zoo } from '../kit/guarded-zoo.ts';

let world: GuardedGateway;
beforeAll(async () => {
  world = await startGuarded([zoo, clinic], { access: { policies: { trusted: ['trust'] } } });
});
afterAll(() => world?.stop());

const WAGES = 'holds wages';

test('whoever meets the demands sees the field', async () => {
  const query = '{ keeper(id: "k1") { name wage salary rank secret bonus } visits }';
  const answer = await world.ask(query, ['wages', 'ranks', 'trust']);
  const keeper = { name: 'Ann', wage: 2000, salary: '2000.00', rank: 'HIGH', secret: 'hush', bonus: 200 };
  expect(answer).toMatchObject({ status: 200, body: { data: { keeper, visits: 7 } } });
  expect(answer.body).not.toHaveProperty('errors');
});

test('a refused field is null with an error that names it, its rule and its subgraph, and is asked of nobody', async () => {
  const { status, body, asked } = await world.ask('{ keeper(id: "k1") { name wage } }');
  expect(status).toBe(200);
  expect(body).toEqual({
    data: { keeper: { name: 'Ann', wage: null } },
    errors: [refusedField(['keeper', 'wage'], 'Keeper.wage', WAGES)],
  });
  expect(asked).toEqual(['zoo {keeper(id:"k1"){name}}']);
});

test('a refused field of a type that may not be null takes its object with it', async () => {
  const { body } = await world.ask('{ keeper(id: "k1") { name badge } open }');
  expect(body).toEqual({
    data: { keeper: null, open: 9 },
    errors: [refusedField(['keeper', 'badge'], 'Keeper.badge', 'holds badges')],
  });
});

test('where an object is not there, nothing of it is refused', async () => {
  const { body } = await world.ask('{ keeper(id: "nobody") { name wage } }');
  expect(body).toEqual({ data: { keeper: null } });
});

test('in a list one error stands for all items', async () => {
  const { body } = await world.ask('{ keepers { name wage shifts { night pay } } }');
  const shifts = [
    { night: true, pay: null },
    { night: false, pay: null },
  ];
  expect(body).toEqual({
    data: {
      keepers: [
        { name: 'Ann', wage: null, shifts },
        { name: 'Bob', wage: null, shifts },
      ],
    },
    errors: [
      refusedField(['keepers'], 'Keeper.wage', WAGES),
      refusedField(['keepers'], 'Shift.pay', WAGES, 'clinic'),
    ],
  });
});

test.each([
  ['{ visits }', { visits: null }, [['visits'], 'Query.visits', 'signed in']],
  ['{ plan { text } }', { plan: null }, [['plan'], 'Query.plan', 'holds plans']],
  ['{ keeper(id: "k1") { wage } }', { keeper: null }, [['keeper', 'wage'], 'Keeper.wage', WAGES]],
  [
    'query ($id: ID!) { keeper(id: $id) { ...Pay } } fragment Pay on Keeper { ... { pay: wage } }',
    { keeper: null },
    [['keeper', 'pay'], 'Keeper.wage', WAGES],
  ],
  ['{ keepers { badge } }', null, [['keepers'], 'Keeper.badge', 'holds badges']],
] as const)('where all is refused, nobody is asked: %s', async (query, data, [path, field, rule]) => {
  const answer = await world.ask(query, undefined, query.includes('$id') ? { id: 'k1' } : {});
  expect(answer).toEqual({
    status: 200,
    body: { data, errors: [refusedField(path, field, rule)] },
    asked: [],
  });
});

test.each([
  ['salary', 'signed in'],
  ['rank', 'holds ranks'],
  ['secret', 'meets the policy trusted, or meets the policy unknown'],
])('the type that a field returns, and a policy, are demands on it: %s', async (field, rule) => {
  const { body } = await world.ask(`{ keeper(id: "k1") { name ${field} } }`);
  expect(body).toEqual({
    data: { keeper: { name: 'Ann', [field]: null } },
    errors: [refusedField(['keeper', field], `Keeper.${field}`, rule)],
  });
});

test('scopes are any of several lists, each of which must be held whole', async () => {
  const query = '{ animal(id: "d1") { id ... on Dog { name } } }';
  const nameFor = async (scopes: readonly string[]) => {
    const { body } = await world.ask(query, scopes);
    return body;
  };
  const seen = { data: { animal: { id: 'd1', name: 'Rex' } } };
  expect(await nameFor(['dogs'])).toEqual(seen);
  expect(await nameFor(['vet', 'night'])).toEqual(seen);
  const refused = refusedField(['animal', 'name'], 'Dog.name', 'holds dogs, or holds vet and night');
  expect(await nameFor(['vet'])).toEqual({ data: { animal: { id: 'd1', name: null } }, errors: [refused] });
});

test('objects of an interface are judged each by its own type', async () => {
  const { body } = await world.ask(
    '{ animals { __typename ... on Cat { name } ... on Dog { name shots } } }',
    [],
  );
  expect(body).toEqual({
    data: {
      animals: [{ __typename: 'Dog', name: null, shots: 3 }, { __typename: 'Cat', name: 'Tom' }, null],
    },
    errors: [refusedField(['animals'], 'Dog.name', 'holds dogs, or holds vet and night')],
  });
});

test('a member of a union that is guarded as a whole is null, and the others are there', async () => {
  const { body } = await world.ask('{ pets { __typename ... on Cat { lives } ... on Snake { length } } }');
  expect(body).toEqual({
    data: { pets: [{ __typename: 'Dog' }, { __typename: 'Cat', lives: 9 }, null] },
    errors: [
      refusedField(['pets'], 'Snake.__typename', 'signed in'),
      refusedField(['pets'], 'Snake.length', 'signed in'),
    ],
  });
});

test('aliases, fragments, the name of the type and introspection beside a refused field keep working', async () => {
  const query = `query Q($n: Int, $unused: Boolean = true) {
    k: keeper(id: "k1") { __typename a: wage b: name ...F tasks(first: $n) @include(if: $unused) }
    __type(name: "Keeper") { name } __typename
  }
  fragment F on Keeper { c: wage d: id }`;
  const { body } = await world.ask(query, undefined, { n: 1 });
  expect(body).toEqual({
    data: {
      k: { __typename: 'Keeper', a: null, b: 'Ann', c: null, d: 'k1', tasks: ['feed'] },
      __type: { name: 'Keeper' },
      __typename: 'Query',
    },
    errors: [refusedField(['k', 'a'], 'Keeper.wage', WAGES), refusedField(['k', 'c'], 'Keeper.wage', WAGES)],
  });
});

test('what @skip leaves out is not refused', async () => {
  const query = 'query ($with: Boolean!) { keeper(id: "k1") { name wage @include(if: $with) } }';
  expect((await world.ask(query, undefined, { with: false })).body).toEqual({
    data: { keeper: { name: 'Ann' } },
  });
  expect((await world.ask(query, undefined, { with: true })).body).toEqual({
    data: { keeper: { name: 'Ann', wage: null } },
    errors: [refusedField(['keeper', 'wage'], 'Keeper.wage', WAGES)],
  });
});

test('a mutation of which anything is refused has no effect at all', async () => {
  const refused = (path: readonly string[], field: string, rule: string) => ({
    status: 403,
    body: { errors: [refusedField(path, field, rule)] },
    asked: [],
  });
  expect(await world.ask('mutation { feed(id: "k1") { name wage } }', [])).toEqual(
    refused(['feed', 'wage'], 'Keeper.wage', WAGES),
  );
  expect(await world.ask('mutation { feed(id: "k1") { name } fire(id: "k1") { id } }', [])).toEqual(
    refused(['fire'], 'Mutation.fire', 'holds boss'),
  );
  expect(await world.ask('mutation { fire(id: "k1") { name } }', ['boss'])).toMatchObject({
    status: 200,
    body: { data: { fire: { name: 'Ann' } } },
  });
});

test('one operation has as many answers as there are rights, whoever asked first', async () => {
  const query = '{ keeper(id: "k1") { wage name } }';
  const wageOf = async (scopes?: readonly string[]) => {
    const { body } = await world.ask(query, scopes);
    return body;
  };
  const seen = { data: { keeper: { wage: 2000, name: 'Ann' } } };
  const refused = {
    data: { keeper: { wage: null, name: 'Ann' } },
    errors: [refusedField(['keeper', 'wage'], 'Keeper.wage', WAGES)],
  };
  expect(await wageOf(['wages'])).toEqual(seen);
  expect(await wageOf()).toEqual(refused);
  expect(await wageOf(['wages', 'other'])).toEqual(seen);
  expect(await wageOf([])).toEqual(refused);
});

test('names of the options that the supergraph does not have are told, and refuse nothing', async () => {
  const policies = { trusted: ['trust'], trustde: ['trust'] };
  const config = { access: { policies }, supergraph: { overrideLabels: ['move-notes'] } };
  const { gateway, ask, stop } = await startGuarded([zoo, clinic], config);
  const { body } = await ask('{ open }');
  const warnings = gateway.logged().filter(({ level }) => level === 'warn');
  await stop();
  expect(body).toEqual({ data: { open: 9 } });
  expect(warnings).toEqual([
    expect.objectContaining({
      labels: ['move-notes'],
      msg: 'supergraph.overrideLabels has labels that the supergraph has not',
    }),
    expect.objectContaining({
      policies: ['trustde'],
      msg: 'access.policies has policies that the supergraph does not ask for',
    }),
  ]);
});
