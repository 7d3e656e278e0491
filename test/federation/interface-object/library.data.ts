/**
 * Books and films with an owner each; several subgraphs know them as items alone.
 */

interface Item {
  readonly __typename: 'Book' | 'Film';
  readonly id: string;
  readonly name: string;
  readonly owner: string | null;
  readonly rating: number | null;
  readonly words?: number;
  readonly minutes?: number;
}

export const items: readonly Item[] = [
  { __typename: 'Book', id: 'b1', name: 'Sand', owner: 'p1', rating: 4, words: 900 },
  { __typename: 'Film', id: 'f1', name: 'Dune', owner: null, rating: null, minutes: 155 },
  { __typename: 'Book', id: 'b2', name: 'Salt', owner: 'p1', rating: 2, words: 40 },
];
export const reviews = [
  { text: 'dry', about: 'b1' },
  { text: 'long', about: 'f1' },
];

export const itemOf = (id: string) => items.find((one) => one.id === id);
export const priceOf = ({ rating }: { rating: number | null }) => (rating === null ? null : rating * 10);
export const summaryOf = ({ name, words }: { name: string; words: number }) => `${name}: ${words}`;

const truthOfPerson = (id: string): object => ({
  __typename: 'Person',
  id,
  owns: () => items.filter(({ owner }) => owner === id).map(truthOf),
});
const truthOfReview = ({ text, about }: (typeof reviews)[number]): object => ({
  text,
  item: () => truthOf(itemOf(about)!),
});

function truthOf(item: Item): object {
  return {
    ...item,
    owner: () => (item.owner === null ? null : truthOfPerson(item.owner)),
    reviews: () => reviews.filter(({ about }) => about === item.id).map(truthOfReview),
    price: priceOf(item),
    summary: item.words === undefined ? undefined : summaryOf({ name: item.name, words: item.words }),
    similar: () => items.filter(({ id }) => id !== item.id).map(truthOf),
  };
}

export const truth = {
  items: () => items.map(truthOf),
  item: ({ id }: { id: string }) => (itemOf(id) === undefined ? null : truthOf(itemOf(id)!)),
  things: () => [truthOf(items[0]!), truthOfPerson('p1'), truthOf(items[1]!)],
  latest: () => reviews.map(truthOfReview),
  top: () => [truthOf(items[1]!), null, truthOf(items[0]!)],
};
