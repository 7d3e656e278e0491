/**
 * What an operation costs decides before anything is asked; whoever wants to know is told with the answer.
 */

import { requestError } from '../kit/expected-error.ts';
import { honest } from '../kit/fake-subgraph.ts';
import { startGateway, type Asking, type TestGateway } from '../kit/start-gateway.ts';

const library = honest(
  'library',
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@listSize", "@cost"])
   type Query { books(first: Int = 10): [Book] @listSize(slicingArguments: ["first"]), rare: Book @cost(weight: 90) }
   type Book @key(fields: "id") { id: ID!, author: Author }
   type Author { name: String }`,
  {
    Query: {
      books: () => [{ id: '1', author: { name: 'Ada' } }, { id: '2' }],
      rare: () => ({ id: '3' }),
    },
  },
);

const BOOKS = 'query Books($first: Int = 3) { books(first: $first) { author { name } } }';
const reporting: Asking = { headers: { 'x-report-cost': 'true' } };

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startGateway({ subgraphs: [library], config: { limits: { maxCost: 100 } } });
});

afterEach(() => gateway.stop());

const tooDear = (value: number) => ({
  errors: [requestError('LIMIT_EXCEEDED', { details: { limit: 'maxCost', value, maximum: 100 } })],
});

test('what would cost more than allowed is refused before a system is asked, the first time and later', async () => {
  expect(await gateway.ask(BOOKS, { variables: { first: 51 } })).toEqual(tooDear(102));
  expect(gateway.subgraphs.get('library')!.received).toEqual([]);
  const answer = { data: { books: [{ author: { name: 'Ada' } }, { author: null }] } };
  expect(await gateway.ask(BOOKS, { variables: { first: 50 } })).toEqual(answer);
  expect(await gateway.ask(BOOKS)).toEqual(answer);
  expect(await gateway.ask(BOOKS, { variables: { first: 51 } })).toEqual(tooDear(102));
  expect(await gateway.ask('{ rare { id author { name } } a: books(first: 5) { author { name } } }')).toEqual(
    tooDear(101),
  );
});

test('an answer tells its cost to whoever asks for it, estimated and actual', async () => {
  const data = { books: [{ author: { name: 'Ada' } }, { author: null }] };
  const told = { data, extensions: { cost: { estimated: 6, actual: 3, maximum: 100 } } };
  expect(await gateway.ask(BOOKS, reporting)).toEqual(told);
  expect(await gateway.ask(BOOKS)).toEqual({ data });
  expect(await gateway.ask(BOOKS, reporting)).toEqual(told);
});

test('the line of a request says what it was estimated to cost, on the long way and on the short', async () => {
  await gateway.ask(BOOKS);
  await gateway.ask(BOOKS, { variables: { first: 4 } });
  const ended = gateway.logged().filter(({ msg }) => msg === 'request ended');
  expect(ended).toEqual([expect.objectContaining({ cost: 6 }), expect.objectContaining({ cost: 8 })]);
});
