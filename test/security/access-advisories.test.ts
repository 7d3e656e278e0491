/**
 * Ways around field rules that other gateways once left open, each named by its advisory or issue: none leads here.
 */

import { afterEach, expect, test } from '@jest/globals';

import { refusedField, startGuarded, type GuardedGateway } from '../kit/ask-guarded.ts';
import { honest, type FakeSubgraph } from '../kit/fake-subgraph.ts';
import { clinic, GUARD_LINK, zoo } from '../kit/guarded-zoo.ts';
import { composed } from '../kit/start-gateway.ts';

const running: GuardedGateway[] = [];
async function start(subgraphs: readonly FakeSubgraph[], change?: (sdl: string) => string) {
  const world = await startGuarded(subgraphs);
  running.push(world);
  if (change === undefined) return world;
  const sdl = composed([...world.gateway.subgraphs.values()]);
  const changed = change(sdl);
  expect(changed).not.toBe(sdl);
  await world.gateway.replace(changed);
  expect(world.gateway.logged()).toContainEqual(expect.objectContaining({ msg: 'supergraph taken over' }));
  return world;
}
afterEach(async () => {
  for (const world of running.splice(0)) await world.stop();
});

const BOOK = { __typename: 'Book', id: 'b', title: 'Emma' };
const FILM = { __typename: 'Film', id: 'f', title: 'Alien' };
const library = honest(
  'library',
  `${GUARD_LINK}
  type Query { book: Book  items: [Item!]! }
  interface Item { id: ID!  title: String }
  type Book implements Item { id: ID!  title: String }
  type Film implements Item { id: ID!  title: String @requiresScopes(scopes: [["films"]]) }`,
  { Query: { book: () => BOOK, items: () => [BOOK, FILM] } },
);

const READERS = '@requiresScopes(scopes: [["readers"]])';

test.each([
  ['the field', /(interface Item[^}]*?title: String) @requiresScopes\(scopes: \[\["films"\]\]\)/],
  ['the type', /(interface Item)\b/],
])(
  'GHSA-mx7m-j9xf-62hw: what an interface guards, %s, is not read of an implementation',
  async (_what, place) => {
    const world = await start([library], (sdl) => sdl.replace(place, `$1 ${READERS}`));
    const { body, asked } = await world.ask('{ book { title } }');
    expect(body).toEqual({
      data: { book: null },
      errors: [refusedField(['book', 'title'], 'Book.title', 'holds readers', 'library')],
    });
    expect(asked).toEqual([]);
    expect((await world.ask('{ book { title } }', ['readers'])).body).toEqual({
      data: { book: { title: 'Emma' } },
    });
  },
);

test('GHSA-x33c-7c2v-mrj9: implementations with differing rules are each guarded when read through the interface', async () => {
  const bare = (sdl: string) =>
    sdl.replace(/(interface Item[^}]*?title: String) @requiresScopes\(scopes: \[\["films"\]\]\)/, '$1');
  const query = '{ items { id title } }';
  const refused = (field: string) => [refusedField(['items'], field, 'holds films', 'library')];
  const composedNow = await start([library]);
  expect((await composedNow.ask(query)).body).toEqual({
    data: {
      items: [
        { id: 'b', title: null },
        { id: 'f', title: null },
      ],
    },
    errors: refused('Item.title'),
  });
  const composedOnce = await start([library], bare);
  expect((await composedOnce.ask(query)).body).toEqual({
    data: {
      items: [
        { id: 'b', title: 'Emma' },
        { id: 'f', title: null },
      ],
    },
    errors: refused('Film.title'),
  });
  expect((await composedOnce.ask(query, ['films'])).body).toEqual({
    data: {
      items: [
        { id: 'b', title: 'Emma' },
        { id: 'f', title: 'Alien' },
      ],
    },
  });
});

const renamed = (imports: string, name: string) =>
  honest(
    'house',
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])
    type Query { key: Int ${name}  door: Int }`,
    { Query: { key: () => 1, door: () => 2 } },
  );

test.each([
  ['imported under another name', renamed('{ name: "@authenticated", as: "@login" }', '@login'), undefined],
  ['not imported at all', renamed('', '@federation__authenticated'), undefined],
  [
    'in a supergraph with a prefix',
    renamed('"@authenticated"', '@authenticated'),
    (sdl: string) =>
      sdl
        .replace('authenticated/v0.1", for: SECURITY', 'authenticated/v0.1", as: "auth", for: SECURITY')
        .replaceAll('@authenticated', '@auth'),
  ],
])('GHSA-g8jh-vg5j-4h3f: a directive is enforced whatever it is called: %s', async (_how, house, change) => {
  const world = await start([house], change);
  expect(await world.ask('{ key door }')).toEqual({
    status: 200,
    body: {
      data: { key: null, door: 2 },
      errors: [refusedField(['key'], 'Query.key', 'signed in', 'house')],
    },
    asked: ['house {door}'],
  });
});

test('GHSA-m8jr-fxqx-8xx6: what is computed from a guarded field demands what that demands', async () => {
  const open = {
    ...clinic,
    sdl: clinic.sdl.replace(
      '@requires(fields: "wage") @requiresScopes(scopes: [["wages"]])',
      '@requires(fields: "wage")',
    ),
  };
  const named = [zoo, open].map(({ name, sdl }) => ({ name, sdl, url: `http://${name}.test/` }));
  expect(() => composed(named)).toThrow(/wage/);
  const world = await start([zoo, clinic], (sdl) =>
    sdl.replace(/(bonus: Int @join__field\(.*?\)) @requiresScopes\(scopes: \[\["wages"\]\]\)/, '$1'),
  );
  const { body, asked } = await world.ask('{ keeper(id: "k1") { name bonus } }');
  expect(body).toEqual({
    data: { keeper: { name: 'Ann', bonus: null } },
    errors: [refusedField(['keeper', 'bonus'], 'Keeper.bonus', 'holds wages', 'clinic')],
  });
  expect(asked).toEqual(['zoo {keeper(id:"k1"){name}}']);
});

test('Hive #1423: fragments beside each other under one key are judged each by itself', async () => {
  const world = await start([zoo, clinic]);
  const query = `{ animals { ... on Dog { tag: name } ... on Cat { tag: name } }
    a: keeper(id: "k1") { name } a: keeper(id: "k1") { wage } }`;
  expect((await world.ask(query)).body).toEqual({
    data: { animals: [{ tag: null }, { tag: 'Tom' }, null], a: { name: 'Ann', wage: null } },
    errors: [
      refusedField(['animals'], 'Dog.name', 'holds dogs, or holds vet and night'),
      refusedField(['a', 'wage'], 'Keeper.wage', 'holds wages'),
    ],
  });
});

test('router #4714: fragments and variables that only refused fields used are no mistake', async () => {
  const world = await start([zoo, clinic]);
  const query = `query ($first: Int!) { open keeper(id: "k1") { ...Pay } }
    fragment Pay on Keeper { wage ...More } fragment More on Keeper { badge bonus } `.replace(
    '($first: Int!)',
    '',
  );
  expect((await world.ask(query)).body).toMatchObject({ data: { open: 9, keeper: null } });
  const { body, asked } = await world.ask('query ($id: ID!) { open keeper(id: $id) { badge } }', undefined, {
    id: 'k1',
  });
  expect(body).toEqual({
    data: { open: 9, keeper: null },
    errors: [refusedField(['keeper', 'badge'], 'Keeper.badge', 'holds badges')],
  });
  expect(asked).toEqual(['zoo {open}']);
});

test('envelop #892: introspection beside a field does not open it', async () => {
  const world = await start([zoo, clinic]);
  const { body, asked } = await world.ask('{ __schema { __typename } visits }');
  expect(body).toEqual({
    data: { __schema: { __typename: '__Schema' }, visits: null },
    errors: [refusedField(['visits'], 'Query.visits', 'signed in')],
  });
  expect(asked).toEqual([]);
});

test('a key that only the plan needs is fetched although it is guarded, and never answered', async () => {
  const guardedKey = (sdl: string) =>
    sdl.replace(/(type Keeper\b[^}]*?\n  id: ID!)/, '$1 @requiresScopes(scopes: [["keys"]])');
  const world = await start([zoo, clinic], guardedKey);
  const { body } = await world.ask('{ keeper(id: "k1") { id shifts { night } } }');
  expect(body).toEqual({
    data: { keeper: null },
    errors: [refusedField(['keeper', 'id'], 'Keeper.id', 'holds keys', 'clinic')],
  });
  expect((await world.ask('{ keeper(id: "k1") { shifts { night } } }')).body).toEqual({
    data: { keeper: { shifts: [{ night: true }, { night: false }] } },
  });
});

test.each([
  [
    'another feature',
    (sdl: string) => sdl.replace('specs.apollo.dev/authenticated/v0.1', 'specs.example.com/locked/v0.1'),
  ],
  ['a later version', (sdl: string) => sdl.replace('authenticated/v0.1', 'authenticated/v0.2')],
])('a supergraph that is secured by what is not known is refused: %s', async (_what, change) => {
  const world = await startGuarded([zoo, clinic]);
  running.push(world);
  await world.gateway.replace(change(composed([...world.gateway.subgraphs.values()])));
  expect(world.gateway.logged()).toContainEqual(
    expect.objectContaining({
      msg: 'supergraph refused; the old one stays',
      reasons: [expect.stringMatching(/is for: SECURITY but is unsupported/)],
    }),
  );
});

test('asking by object in many levels cannot make an operation grow without end', async () => {
  const herd = honest(
    'herd',
    `${GUARD_LINK}
    type Query { top: Node }
    interface Node { next: Node  name: String }
    ${'abcdefgh'
      .split('')
      .map(
        (x) => `type N${x} implements Node { next: Node ${x === 'a' ? '' : '@authenticated'} name: String }`,
      )
      .join('\n')}`,
    { Query: { top: () => ({ __typename: 'Na', name: 'n', next: null }) } },
  );
  const bare = (sdl: string) => sdl.replace(/(interface Node[^}]*?next: Node) @authenticated/, '$1');
  const world = await start([herd], bare);
  const query = `{ top { ${'next { '.repeat(12)} name ${'} '.repeat(12)} } }`;
  const { body } = await world.ask(query);
  expect(body).toMatchObject({ data: { top: { next: null } } });
});
