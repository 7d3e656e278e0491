/**
 * The benchmark's store: its subgraphs join, the whole answers every scenario, and a gateway that forgets what
 * `@requires` names is found out.
 */

import {
  askStore,
  buildStoreSubgraph,
  buildWholeStore,
  composeStore,
  SUBGRAPHS,
  type SubgraphUrls,
} from '../../../bench/store/store-schema.ts';
import { SCENARIOS } from '../../../bench/scenarios.ts';

const ENTITIES = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Product { shippingEstimate } } }`;

// The keys are the subgraphs' names.
const URLS = Object.fromEntries(SUBGRAPHS.map((name) => [name, `http://${name}/graphql`])) as SubgraphUrls;

test('the four subgraphs compose', () => {
  expect(composeStore(URLS)).toContain('@join__graph(name: "reviews", url: "http://reviews/graphql")');
});

test.each(SCENARIOS.map(({ name, operations }) => ({ name, operations })))(
  'the whole store answers $name without an error',
  async ({ operations }) => {
    const whole = buildWholeStore();
    const answers = await Promise.all(operations.map((query) => askStore(whole, { query })));

    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(answers.every(({ data }) => data !== null && data !== undefined)).toBe(true);
  },
);

test('the big answer is about 90 KB', async () => {
  const query = SCENARIOS.find(({ name }) => name === 'big')!.operations[0]!;
  const bytes = JSON.stringify(await askStore(buildWholeStore(), { query })).length;

  expect(bytes).toBeGreaterThan(80_000);
  expect(bytes).toBeLessThan(100_000);
});

test('what @requires names comes from the representation, and is missed where it is not', async () => {
  const inventory = buildStoreSubgraph('inventory');
  const product = { __typename: 'Product', upc: 'P1' };
  const ask = (of: object) => askStore(inventory, { query: ENTITIES, variables: { of: [of] } });

  expect(await ask({ ...product, price: 100, weight: 80 })).toEqual({
    data: { _entities: [{ shippingEstimate: 40 }] },
  });
  const forgotten = await ask(product);
  expect(forgotten.data?.['_entities']).toEqual([null]);
  expect(forgotten.errors?.map(({ path }) => path)).toEqual([['_entities', 0, 'shippingEstimate']]);
});
