/**
 * The scenarios over the store. Every operation is text as a client sends it; what they cost is for gateways to show.
 */

import { FRESH, type Scenario } from './scenario.ts';

const PARTS = `
  fragment UserParts on User { id username name birthday points }
  fragment ReviewParts on Review { id body rating }
  fragment ProductParts on Product { upc name price weight isInStock shippingEstimate }
`;

const BIG = `
  query Big {
    users {
      ...UserParts
      reviews {
        ...ReviewParts
        product {
          ...ProductParts
          reviews {
            ...ReviewParts
            author { ...UserParts reviews { ...ReviewParts product { ...ProductParts } } }
          }
        }
      }
    }
    topProducts(first: 5) {
      ...ProductParts
      reviews {
        ...ReviewParts
        author { ...UserParts reviews { ...ReviewParts product { ...ProductParts } } }
      }
    }
  }
  ${PARTS}
`;

const ARTICLE = 'sku name brand colour season price weight rating isNew description';

/** Nobody has that name, so that the answer stays the same. */
const WRITTEN_VALUES = `
  query WrittenValues {
    user(id: "3") { id name reviews { id product { upc name } } }
    nobody: user(id: "${FRESH}") { id name reviews { id product { upc name } } }
  }
`;

const OPERATION_COUNT = 120;

/** In the order in which they are measured: what fills caches comes last. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'big',
    says: 'four subgraphs, several entity hops, about 90 KB',
    operations: [BIG],
  },
  {
    name: 'simple',
    says: 'one small object of one subgraph',
    operations: ['query Simple { user(id: "1") { id username name birthday points } }'],
  },
  {
    name: 'threeHops',
    says: 'three subgraphs, one after another',
    operations: ['query ThreeHops { user(id: "2") { id name reviews { id body product { name price } } } }'],
  },
  {
    name: 'list',
    says: '1,000 objects of 10 fields from one subgraph',
    operations: [`query List { articles { ${ARTICLE} } }`],
  },
  {
    name: 'listJoin',
    says: 'the same list, each object joined to a second subgraph',
    operations: [`query ListJoin { articles { ${ARTICLE} stock warehouse } }`],
  },
  {
    name: 'manyOperations',
    says: `${OPERATION_COUNT} distinct small operations in turn`,
    operations: Array.from({ length: OPERATION_COUNT }, (_, index) => smallOperation(index)),
  },
  {
    name: 'writtenValues',
    says: 'a small operation with a value in its text that is never the same twice',
    operations: [WRITTEN_VALUES],
  },
  {
    name: 'planning',
    says: 'a large operation whose text is never the same twice',
    operations: [largeOperation()],
  },
];

/** Each of them selects other fields, or of another object. */
function smallOperation(index: number): string {
  const fields = ['username', 'name', 'birthday', 'points'].filter((_, bit) => ((index >> bit) & 1) === 1);
  const id = (index % 6) + 1;
  const reviews = index % 2 === 0 ? '' : `reviews { id ${index % 3 === 0 ? 'rating' : 'body'} }`;
  return `query Small${index} { user(id: "${id}") { id ${fields.join(' ')} ${reviews} } }`;
}

/** Planning it is most of the work: many paths over all subgraphs, and little data at the end of each. */
function largeOperation(): string {
  const roots = Array.from(
    { length: 6 },
    (_, index) => `
    product${index}: product(upc: "P${index + 1}") {
      ...ProductParts
      reviews {
        ...ReviewParts
        author { ...UserParts }
        product { ...ProductParts reviews { ...ReviewParts author { id name } } }
      }
    }
    user${index}: user(id: "${index + 1}") {
      ...UserParts
      reviews { ...ReviewParts product { upc name isInStock shippingEstimate } }
    }`,
  );
  return `query Planning { ${FRESH}: __typename ${roots.join('')} } ${PARTS}`;
}
