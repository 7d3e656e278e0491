/**
 * A library of books and films. Everything that there is to know, whichever subgraph knows it.
 */

const people = {
  ada: { __typename: 'Person', id: 'ada', name: 'Ada', born: '1815-12-10' },
  bo: { __typename: 'Person', id: 'bo', name: 'Bo', born: null },
};

const book = {
  __typename: 'Book',
  id: 'b1',
  title: 'Notes',
  kind: 'PAPER',
  pages: 64,
  people: [people.ada],
  board: [['a', null], [], ['b', 'c']],
  stars: 5,
  reviews: (): readonly object[] => [
    { stars: 5, about: book },
    { stars: 4, about: null },
  ],
};
const film = {
  __typename: 'Film',
  id: 'f1',
  title: 'Reels',
  kind: 'SCREEN',
  minutes: 90.5,
  people: [people.bo, people.ada],
  board: null,
  stars: null,
  reviews: [],
};
const flyer = { __typename: 'Flyer', title: 'Today', text: 'Free' };

export const works = [book, film];
export const everything = [book, flyer, null, film, people.ada];
export const peopleById: Readonly<Record<string, object>> = people;

interface Filter {
  readonly kinds?: readonly string[] | null;
  readonly limit: number;
}

export function find({ kinds, limit }: Filter): readonly object[] {
  return works.filter(({ kind }) => kinds == null || kinds.includes(kind)).slice(0, limit);
}
