/**
 * The traps that graphql-shield 7.6.5 is known to have, each with what the kit does instead. The refusals at start are
 * spelled out in `check-permissions.test.ts`; here a trap is shown shut from end to end.
 */

import { expect, test } from '@jest/globals';
import { createSourceEventStream, parse, subscribe, type GraphQLSchema } from 'graphql';

import { ANONYMOUS, type Principal } from '../../../../schema/contract/principal.ts';
import { not, rule } from '../../../../subgraphs/kit/graphql-shield.ts';
import type { FieldPermissions, Permission } from '../../../../subgraphs/kit/permissions.ts';
import { objectRule, principalRule } from '../../../../subgraphs/kit/rule.ts';
import { anyone, holds, isVisible } from '../../../../subgraphs/kit/rules.ts';
import { ask, askWith, deniedAt, failedAt, guardSdl, leaving, WHY } from '../../../kit/guard-sdl.ts';

const open: Permission = [anyone, WHY];
const notes: Permission = [holds('notes:read'), WHY];
const staff: Principal = { subject: 's', roles: ['support'], scopes: ['notes:read'] };

const denied = (field: string, path: readonly (string | number)[], permission = notes) =>
  deniedAt(path, field, permission);

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

test('S1: not over a rule does not start, so it cannot let in where the rule throws', () => {
  const throwing = rule('throwing', { cache: 'no_cache' })(() => {
    throw new Error('lost');
  });
  const negated = { name: 'negated', says: '', needs: 'principal', shield: not(throwing) } as const;
  expect(() => guard('type Query { a: String }', {}, { Query: { a: [negated, WHY] } })).toThrow(
    'not over a rule that can fail would let in when it fails',
  );
});

test('S2: a value that is no rule does not start, so it cannot drop the rules of its type', () => {
  // Reason for the cast: this is what a circular import leaves behind.
  const broken = { Query: { a: undefined, b: notes } } as unknown as FieldPermissions;
  expect(() => guard('type Query { a: String b: String }', {}, broken)).toThrow('Query.a has no rule');
});

test('S3: a rule on an interface does not start; the types behind it are guarded through it', async () => {
  const sdl = `type Query { found: Named } interface Named { name: String } type Note implements Named { name: String }`;
  const resolvers = { Query: { found: () => ({ name: 'secret' }) }, Named: { __resolveType: () => 'Note' } };
  const whole = { Query: { found: open }, Note: { name: notes } };
  expect(() => guard(sdl, resolvers, { ...whole, Named: { name: open } })).toThrow('Named is no object type');
  expect(await ask(guard(sdl, resolvers, whole), '{ found { name } }', ANONYMOUS)).toEqual({
    data: { found: { name: null } },
    errors: [denied('Note.name', ['found', 'name'])],
  });
});

test('S4: a wildcard does not start, and neither does a field that nobody thought of', () => {
  expect(() => guard('type Query { a: String }', {}, { Query: { a: open, '*': open } })).toThrow(
    'Query.* would',
  );
  expect(() => guard('type Query { a: String born: String }', {}, { Query: { a: open } })).toThrow(
    'Query.born has no rule',
  );
});

test('S5: the first item’s verdict is the first item’s, and a copied context is another request', async () => {
  const first = objectRule('first', 'The first.', (_principal, { id }) => id === '1');
  const schema = guard(
    'type Query { things: [Thing] } type Thing { id: ID secret: String notes: String }',
    { Query: { things: () => ['1', '2'].map((id) => ({ id, secret: `of ${id}`, notes: 'n' })) } },
    { Query: { things: open }, Thing: { id: open, secret: [first, WHY], notes } },
  );
  expect(await ask(schema, '{ things { secret } }', staff)).toEqual({
    data: { things: [{ secret: 'of 1' }, { secret: null }] },
    errors: [denied('Thing.secret', ['things', 1, 'secret'], [first, WHY])],
  });
  const context = { principal: staff };
  const query = '{ things { notes } }';
  expect(await askWith(schema, query, context)).toEqual({
    data: { things: [{ notes: 'n' }, { notes: 'n' }] },
  });
  const refused = {
    data: { things: [{ notes: null }, { notes: null }] },
    errors: [0, 1].map((index) => denied('Thing.notes', ['things', index, 'notes'])),
  };
  expect(await askWith(schema, query, { ...context, principal: ANONYMOUS })).toEqual(refused);
  // The very same object, with somebody else in it.
  expect(await askWith(schema, query, Object.assign(context, { principal: ANONYMOUS }))).toEqual(refused);
});

test('S5: two principals at the same moment never share a verdict', async () => {
  const { promise: both, resolve: release } = Promise.withResolvers<undefined>();
  let waiting = 0;
  const loads = principalRule('loads', 'Loads.', ({ scopes }) => scopes.includes('notes:read'));
  const schema = guard(
    'type Query { start: Thing } type Thing { secret: String }',
    {
      Query: {
        start: async () => {
          if (++waiting === 2) release(undefined);
          await both;
          return { secret: 'x' };
        },
      },
    },
    { Query: { start: open }, Thing: { secret: [loads, WHY] } },
  );
  const answers = await Promise.all(
    [staff, ANONYMOUS].map((who) => ask(schema, '{ start { secret } }', who)),
  );
  expect(answers).toEqual([
    { data: { start: { secret: 'x' } } },
    {
      data: { start: { secret: null } },
      errors: [denied('Thing.secret', ['start', 'secret'], [loads, WHY])],
    },
  ]);
});

const STREAM =
  'type Query { a: String } type Subscription { changed: Change } type Change { id: ID notes: String }';
const streamFields = { Query: { a: open }, Subscription: { changed: open }, Change: { id: open, notes } };
const streamOf = (subscribe: () => AsyncGenerator) => ({ Subscription: { changed: { subscribe } } });

test('S6: a stream of events does not open for whom it is refused', async () => {
  let opened = 0;
  const events = async function* () {
    opened++;
    yield { changed: { id: '1' } };
  };
  const schema = guard(STREAM, streamOf(events), { ...streamFields, Subscription: { changed: notes } });
  const document = parse('subscription { changed { id } }');
  const refused = await createSourceEventStream({ schema, document, contextValue: { principal: ANONYMOUS } });
  expect(refused).toEqual({
    errors: [expect.objectContaining({ extensions: denied('Subscription.changed', [])['extensions'] })],
  });
  expect(opened).toBe(0);
});

test('S6: each event is judged for itself, so a right that is taken away ends with the next event', async () => {
  const context = { principal: staff };
  const source = async function* () {
    yield { changed: { notes: 'before' } };
    context.principal = ANONYMOUS;
    yield { changed: { notes: 'after' } };
  };
  const schema = guard(STREAM, streamOf(source), streamFields);
  const document = parse('subscription { changed { notes } }');
  const events = await subscribe({ schema, document, contextValue: context });
  if (!(Symbol.asyncIterator in events)) throw new Error('the stream did not open');
  const answers = [];
  for await (const event of events) answers.push(leaving(event));
  expect(answers).toEqual([
    { data: { changed: { notes: 'before' } } },
    { data: { changed: { notes: null } }, errors: [denied('Change.notes', ['changed', 'notes'])] },
  ]);
});

test('S6: an object’s verdict is not carried over from one event to the next', async () => {
  const row = { notes: 'n', isOpen: true };
  const whenOpen = objectRule('when open', 'While open.', (_principal, { isOpen }) => isOpen === true);
  const source = async function* () {
    yield { changed: row };
    row.isOpen = false;
    yield { changed: row };
  };
  const schema = guard(STREAM, streamOf(source), {
    ...streamFields,
    Change: { id: open, notes: [whenOpen, WHY] },
  });
  const document = parse('subscription { changed { notes } }');
  const events = await subscribe({ schema, document, contextValue: { principal: staff } });
  if (!(Symbol.asyncIterator in events)) throw new Error('the stream did not open');
  const answers = [];
  for await (const event of events) answers.push(leaving(event));
  expect(answers).toEqual([
    { data: { changed: { notes: 'n' } } },
    {
      data: { changed: { notes: null } },
      errors: [denied('Change.notes', ['changed', 'notes'], [whenOpen, WHY])],
    },
  ]);
});

test('S7: a mutation with a refused field below has no effect', async () => {
  let effects = 0;
  const schema = guard(
    'type Query { a: String } type Mutation { write: Thing } type Thing { id: ID notes: String }',
    { Mutation: { write: () => ({ id: String(++effects), notes: 'n' }) } },
    { Query: { a: open }, Mutation: { write: open }, Thing: { id: open, notes } },
  );
  expect(await ask(schema, 'mutation { write { id notes } }', ANONYMOUS)).toEqual({
    data: { write: null },
    errors: [denied('Thing.notes', ['write'])],
  });
  expect(effects).toBe(0);
  expect(await ask(schema, 'mutation { write { id notes } }', staff)).toEqual({
    data: { write: { id: '1', notes: 'n' } },
  });
});

test('S8: where a refusal nulls more than its field, the error leads to the field', async () => {
  const schema = guard(
    'type Query { thing: Thing } type Thing { id: ID! notes: String! }',
    { Query: { thing: () => ({ id: '1', notes: 'n' }) } },
    { Query: { thing: open }, Thing: { id: open, notes } },
  );
  expect(await ask(schema, '{ thing { id notes } }', ANONYMOUS)).toEqual({
    data: { thing: null },
    errors: [denied('Thing.notes', ['thing', 'notes'])],
  });
});

test('S9: what a resolver throws is neither a denial nor told', async () => {
  const throwing = () => {
    throw new Error('password is hunter2');
  };
  const schema = guard(
    'type Query { open: String guarded: String }',
    { Query: { open: throwing, guarded: throwing } },
    { Query: { open, guarded: notes } },
  );
  expect(await ask(schema, '{ open guarded }', staff)).toEqual({
    data: { open: null, guarded: null },
    errors: [failedAt(['open']), failedAt(['guarded'])],
  });
});

test('S10: all rules work on the Node that runs them', async () => {
  const schema = guard('type Query { a: String }', { Query: { a: () => 'a' } }, { Query: { a: notes } });
  expect(await ask(schema, '{ a }', staff)).toEqual({ data: { a: 'a' } });
});

const ACCOUNT = `${LINK} type Query { me: Account } type Account @key(fields: "id") { id: ID! notes: String own: String }`;
const rows = new Map([['1', { id: '1', customerId: 'c', notes: 'n', own: 'o' }]]);
const accountResolvers = {
  Account: {
    __resolveReference: ({ id }: { id: string }, { principal }: { principal: Principal }) => {
      const row = rows.get(id);
      return isVisible(principal, 'customers:read', row) ? row : null;
    },
  },
};

test('S11: a field that is refused on the way from the root is refused as an entity', async () => {
  const schema = guard(
    ACCOUNT,
    { Account: { __resolveReference: ({ id }: { id: string }) => rows.get(id) } },
    { Query: { me: notes }, Account: { id: open, notes, own: open } },
  );
  const query =
    '{ _entities(representations: [{ __typename: "Account", id: "1" }]) { ... on Account { id notes } } }';
  expect(await ask(schema, query, ANONYMOUS)).toEqual({
    data: { _entities: [{ id: '1', notes: null }] },
    errors: [denied('Account.notes', ['_entities', 0, 'notes'])],
  });
});

test('S11: what is not for somebody is answered as what does not exist', async () => {
  const schema = guard(ACCOUNT, accountResolvers, {
    Query: { me: notes },
    Account: { id: open, notes, own: open },
  });
  const answers = ['1', 'missing'].map((id) =>
    ask(
      schema,
      `{ _entities(representations: [{ __typename: "Account", id: "${id}" }]) { ... on Account { own notes } } }`,
      ANONYMOUS,
    ),
  );
  expect(await Promise.all(answers)).toEqual([
    { data: { _entities: [null] } },
    { data: { _entities: [null] } },
  ]);
});

test('S11: asking for the schema beside it opens nothing', async () => {
  const schema = guard('type Query { a: String }', { Query: { a: () => 'a' } }, { Query: { a: notes } });
  expect(
    await ask(schema, '{ __schema { __typename } a __type(name: "Query") { name } }', ANONYMOUS),
  ).toEqual({
    data: { __schema: { __typename: '__Schema' }, a: null, __type: { name: 'Query' } },
    errors: [denied('Query.a', ['a'])],
  });
});

function guard(sdl: string, resolvers: object, fields: FieldPermissions): GraphQLSchema {
  return guardSdl({ sdl, resolvers, fields });
}
