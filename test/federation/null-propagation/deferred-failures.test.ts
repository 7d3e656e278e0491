/**
 * Failures of an answer in parts: each is told in the part that it costs something, and nothing is told of its neighbours,
 * neither of those that another part has given nor of those that were lost with it.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])`;

const INTERFACES = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@interfaceObject"])`;

const fail = () => {
  throw new Error('no');
};

const film = { __typename: 'Film', id: 'f', title: 't' };
const find = { __resolveReference: () => film };
const home = honest(
  'home',
  `${INTERFACES} type Query { x: Int } interface Media @key(fields: "id") { id: ID! title: String }
    type Book implements Media @key(fields: "id") { id: ID! title: String }
    type Film implements Media @key(fields: "id") { id: ID! title: String }`,
  { Media: find, Book: find, Film: find },
);

const one = honest('one', `${LINK} type Query { item: Item }  type Item @key(fields: "id") { id: ID! }`, {
  Query: { item: () => ({ id: 'i' }) },
});
const two = honest(
  'two',
  `${LINK} type Item @key(fields: "id") { id: ID!  likes: Int  must: Int!  other: Int! }`,
  { Item: { __resolveReference: () => ({ likes: 7, other: 8 }), must: fail } },
);

describe.each(INCREMENTAL_FORMATS.map((format) => [format.parameter, format] as const))(
  '%s',
  (_name, format) => {
    test.each([
      '{ item { likes ... @defer { likes must } } }',
      '{ item { likes ... @defer { must other } } }',
    ])('%s', async (query) => {
      const { inParts } = await federate({ subgraphs: [one, two] });
      const { data, errors } = mergeParts(await inParts(query, {}, format));
      expect(data).toEqual({ item: { likes: 7 } });
      expect(errors).toMatchObject([{ path: ['item', 'must'], extensions: { code: 'SUBGRAPH_FAILED' } }]);
    });

    test.each([
      '{ item { ... @defer(label: "x") { must } ... @defer(label: "y") { must likes } } }',
      '{ item { ... @defer { likes ... @defer { must } } ... @defer { must } } }',
    ])('two parts are lost, and both say why: %s', async (query) => {
      const { inParts } = await federate({ subgraphs: [one, two] });
      const parts = await inParts(query, {}, format);
      const lost = parts.flatMap(({ incremental = [], completed = [] }) => [
        ...incremental.filter(({ data }) => data === null),
        ...completed.filter(({ errors = [] }) => errors.length > 0),
      ]);
      const errors = [{ path: ['item', 'must'] }];
      expect(lost).toMatchObject([{ errors }, { errors }]);
    });

    test.each([
      '{ box { items { e s } ... @defer { name } } }',
      '{ box { name ... @defer { items { e s } } } }',
    ])('one of two subgraphs fails that share a list: %s', async (query) => {
      const box = { id: 'b', name: 'n', items: [{ e: 'e', s: 's' }] };
      const sharing = (name: string, field: string, __resolveReference: () => unknown) =>
        honest(
          name,
          `${LINK} type Box @key(fields: "id") { id: ID! items: [Part] @shareable } type Part { ${field}: String }`,
          { Box: { __resolveReference } },
        );
      const { inParts } = await federate({
        subgraphs: [
          honest(
            'boxes',
            `${LINK} type Query { box: Box } type Box @key(fields: "id") { id: ID! name: String }`,
            { Query: { box: () => box }, Box: { __resolveReference: () => box } },
          ),
          sharing('failing', 'e', fail),
          sharing('sound', 's', () => box),
        ],
      });
      const { data, errors } = mergeParts(await inParts(query, {}, format));
      expect(data).toEqual({ box: { name: 'n', items: [{ e: null, s: 's' }] } });
      expect(errors).toMatchObject([{ path: ['box', 'items', 0, 'e'] }]);
    });

    test('a field of another type than the object is, of whose type the subgraph knows nothing', async () => {
      const moods = honest(
        'moods',
        `${INTERFACES} type Query { top: Media }
      type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int mood: String }`,
        { Query: { top: () => ({ id: 'f' }) }, Media: { __resolveReference: fail } },
      );
      const { inParts } = await federate({ subgraphs: [home, moods] });
      const query = '{ top { id ... @defer { title ... on Film { mood } ... on Book { stars } } } }';
      const { data, errors } = mergeParts(await inParts(query, {}, format));
      expect(data).toEqual({ top: { id: 'f', title: 't', mood: null } });
      expect(errors).toMatchObject([{ path: ['top', 'mood'] }]);
    });

    test('what was to tell a type fails, and another fetch tells it later', async () => {
      const moods = honest(
        'moods',
        `${INTERFACES} type Query { top: Media }
        type Media @key(fields: "id") @interfaceObject { id: ID! mood: String }`,
        { Query: { top: () => ({ id: 'f' }) }, Media: { __resolveReference: () => ({ mood: 'm' }) } },
      );
      const failed = { data: { _entities: [null] }, errors: [{ message: 'no', path: ['_entities', 0] }] };
      const { inParts } = await federate({
        subgraphs: [home, moods],
        spoil: { home: (answer, { query }) => (query.includes('title') ? answer : failed) },
      });
      const query = '{ top { id ... @defer { title ... on Film { mood } } } }';
      const { data, errors } = mergeParts(await inParts(query, {}, format));
      expect(data).toEqual({ top: { id: 'f', title: 't', mood: null } });
      expect(errors).toMatchObject([{ path: ['top', 'mood'], extensions: { subgraph: 'home' } }]);
    });

    test('what the client was told is null stays so, though a later part finds it', async () => {
      const comment = { id: 'c', text: 'nice', author: 'ann' };
      const comments = honest(
        'comments',
        `${LINK} type Item @key(fields: "id") { id: ID! best: Comment }
        type Comment @key(fields: "id") { id: ID! text: String }`,
        { Item: { __resolveReference: () => ({ best: comment }) } },
      );
      const authors = honest(
        'authors',
        `${LINK} type Comment @key(fields: "id") { id: ID! author: String }`,
        {
          Comment: { __resolveReference: () => comment },
        },
      );
      const failed = { data: null, errors: [{ message: 'no' }] };
      const { inParts } = await federate({
        subgraphs: [one, comments, authors],
        spoil: { comments: (answer, { query }) => (query.includes('text') ? failed : answer) },
      });
      const query = '{ item { best { text } ... @defer { best { author } } } }';
      const { data, errors } = mergeParts(await inParts(query, {}, format));
      expect(data).toEqual({ item: { best: null } });
      expect(errors).toMatchObject([{ path: ['item', 'best'] }]);
    });

    test.each([
      '{ item { ... @defer(label: "x") { likes must } ... @defer(label: "y") { likes } } }',
      '{ item { ... @defer(label: "y") { likes } ... @defer(label: "x") { likes must } } }',
    ])('what a lost part has said is said again where the null comes: %s', async (query) => {
      const { inParts } = await federate({
        subgraphs: [one, two],
        spoil: { two: () => ({ errors: [{ message: 'no' }] }) },
      });
      const parts = await inParts(query, {}, format);
      const { data } = mergeParts(parts);
      expect(data).toEqual({ item: { likes: null } });
      const bringing = parts
        .flatMap(({ incremental = [] }) => incremental)
        .filter((part) => typeof part.data === 'object' && part.data !== null);
      expect(bringing).toMatchObject([{ errors: [{ path: ['item', 'likes'] }] }]);
    });

    test('a lost part says why, whatever else failed in it', async () => {
      const three = honest('three', `${LINK} type Item @key(fields: "id") { id: ID! soft: Int }`, {
        Item: { __resolveReference: (sent: object) => sent, soft: fail },
      });
      const { inParts } = await federate({ subgraphs: [one, two, three] });
      const query = '{ item { ... @defer(label: "x") { must } ... @defer(label: "y") { must soft } } }';
      const parts = await inParts(query, {}, format);
      const said = parts.flatMap(({ incremental = [], completed = [] }) =>
        [...incremental, ...completed].flatMap(({ errors = [] }) => (errors.length === 0 ? [] : [errors])),
      );
      const must = expect.objectContaining({ path: ['item', 'must'] });
      expect(said).toEqual([expect.arrayContaining([must]), expect.arrayContaining([must])]);
    });

    test.each([
      '{ note { words ... @defer { again: words title } } }',
      '{ note { title ... @defer { words } ... @defer { again: words } } }',
    ])(
      'a value that no type allows is told in each part that has it, out of one answer: %s',
      async (query) => {
        const notes = honest(
          'notes',
          `${LINK} type Query { note: Note }  type Note { words: String  title: String }`,
          {
            Query: { note: () => ({ words: 'w', title: 't' }) },
          },
        );
        const { inParts } = await federate({
          subgraphs: [one, notes],
          spoil: { notes: () => ({ data: { note: { words: {}, again: {}, title: 't' } } }) },
        });
        const { data, errors } = mergeParts(await inParts(query, {}, format));
        expect(data).toEqual({ note: { words: null, again: null, title: 't' } });
        expect(errors).toMatchObject([{ path: ['note', 'words'] }, { path: ['note', 'again'] }]);
      },
    );
  },
);
