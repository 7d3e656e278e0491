/**
 * A field of an interface leads to a narrower interface in one of its objects, and who gives the objects does not know
 * the field; or it does in one of the subgraphs that share it: what is asked of the wider interface is answered.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate, type Federation } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"])`;

interface Work {
  readonly __typename: string;
  readonly id: string;
  readonly title: string;
  readonly next: () => Work;
}

const book: Work = { __typename: 'Book', id: 'b', title: 'of a book', next: () => book };
const film: Work = { __typename: 'Film', id: 'f', title: 'of a film', next: () => book };
const typed = { __resolveType: ({ __typename }: Work) => __typename };
const found = { Book: { __resolveReference: () => book }, Film: { __resolveReference: () => film } };
const shelf = { first: () => book };
const Query = { any: () => [book, film], work: () => film, left: () => shelf };

const subgraphs = [
  honest(
    'works',
    `${LINK}
    type Query { any: [Any]  work: Work  left: Shelf }
    type Shelf @shareable { first: Work }
    union Any = Book | Film
    interface Work { id: ID! }
    type Book implements Work @key(fields: "id") { id: ID!  title: String }
    type Film implements Work @key(fields: "id") { id: ID!  title: String }`,
    { Query, Any: typed, Work: typed, ...found },
  ),
  honest(
    'sequels',
    `${LINK}
    type Query { right: Shelf }
    type Shelf @shareable { first: Printed }
    interface Work { id: ID!  next: Work }
    interface Printed implements Work { id: ID!  next: Printed }
    type Book implements Work & Printed @key(fields: "id") { id: ID!  next: Printed }
    type Film implements Work @key(fields: "id") { id: ID!  next: Work }`,
    { Query: { right: () => shelf }, Work: typed, Printed: typed, ...found },
  ),
];

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs, truth: { any: [book, film], work: film, left: shelf, right: shelf } });
});

const OPERATIONS = [
  '{ any { ... on Work { next { id } } } }',
  '{ any { ... on Work { next { next { id } ... on Book { title } } } } }',
  '{ any { ... on Printed { next { id } } ... on Film { next { next { next { __typename id } } } } } }',
  '{ any { ... on Work { next { ... on Film { title } } } ... on Printed { next { ... on Work { id } } } } }',
  '{ any { ... on Work { next { ... on Work { id ... on Book { title } next { ... on Film { title } } } } } } }',
  '{ left { first { id ... on Film { title } } } right { first { id } } }',
  '{ right { first { next { id } ... on Book { title } ... on Film { title } } } }',
  '{ work { next { id next { ... on Book { title } id } } ... on Printed { id } } }',
  '{ any { ... on Work { ...F } } } fragment F on Work { other: next { id ... on Printed { next { id } } } }',
];

test.each(OPERATIONS)('%s', async (query) => {
  const { errors } = await graph.agreed(query);
  expect(errors).toEqual([]);
});

test.each(OPERATIONS)('in parts: %s', async (query) => {
  const { data } = await graph.monolith(query);
  const deferred = query
    .replaceAll(/\.\.\. on (\w+) \{/g, '... on $1 @defer {')
    .replace('...F', '...F @defer');
  for (const format of INCREMENTAL_FORMATS)
    expect(mergeParts(await graph.inParts(deferred, {}, format))).toEqual({ data, errors: [] });
});
