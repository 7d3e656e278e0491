/**
 * How the store's fields are found that are no property of their row, and how an entity is found by its key. The same
 * for every subgraph and for the whole: an SDL decides which of them is ever asked.
 */

import type { GraphQLFieldResolver } from 'graphql';

import { ARTICLES, PRODUCTS, REVIEWS, USERS, type Product, type Review, type User } from './store-data.ts';

type Arguments = Readonly<Record<string, unknown>>;
type FieldFunction = (source: never, given: Arguments) => unknown;

/** What the subgraphs' representations carry: a key, and for inventory what `@requires` names. */
export type Reference = Readonly<Record<string, unknown>>;

const FIELDS: Readonly<Record<string, Readonly<Record<string, FieldFunction>>>> = {
  Query: {
    users: () => USERS,
    user: (_source, { id }) => USERS.find((user) => user.id === id) ?? null,
    topProducts: (_source, { first }) => PRODUCTS.slice(0, Number(first)),
    product: (_source, { upc }) => PRODUCTS.find((product) => product.upc === upc) ?? null,
    articles: () => ARTICLES,
  },
  User: {
    reviews: ({ id }: User) => REVIEWS.filter(({ authorId }) => authorId === id),
  },
  Product: {
    reviews: ({ upc }: Product) => REVIEWS.filter((review) => review.upc === upc),
    shippingEstimate: ({ price, weight }: Product) => (price > 900 ? 0 : Math.round(weight / 2)),
  },
  Review: {
    product: ({ upc }: Review) => PRODUCTS.find((product) => product.upc === upc),
    author: ({ authorId }: Review) => USERS.find(({ id }) => id === authorId),
  },
};

/** For `execute`: a resolver of ours, else the property of the row. */
export const resolveField: GraphQLFieldResolver<unknown, unknown, Arguments> = (source, given, _, info) => {
  const own = FIELDS[info.parentType.name]?.[info.fieldName];
  // The resolver stands under the type whose rows it takes.
  if (own !== undefined) return own(source as never, given);
  return typeof source === 'object' && source !== null ? Reflect.get(source, info.fieldName) : undefined;
};

/** An entity's row by the key of its representation; null where there is none. */
export const findEntity: Readonly<Record<string, (reference: Reference) => object | null>> = {
  User: ({ id }) => USERS.find((user) => user.id === id) ?? null,
  Review: ({ id }) => REVIEWS.find((review) => review.id === id) ?? null,
  Product: ({ upc }) => PRODUCTS.find((product) => product.upc === upc) ?? null,
  Article: ({ sku }) => ARTICLES_BY_SKU.get(String(sku)) ?? null,
};

const ARTICLES_BY_SKU = new Map(ARTICLES.map((article) => [article.sku, article]));
