/**
 * Media of two kinds. One subgraph knows the kinds; another knows only that there are media.
 */

export const media = [
  {
    __typename: 'Book',
    id: 'm1',
    title: 'Notes',
    pages: 64,
    stars: 5,
    mood: 'Notes feels like 5',
    next: 'm2',
  },
  {
    __typename: 'Film',
    id: 'm2',
    title: 'Reels',
    minutes: 90,
    stars: null,
    mood: 'Reels feels like null',
    next: 'm1',
  },
];

export const mediumOf = (id: string) => media.find((one) => one.id === id) ?? null;
/** With the objects instead of their ids. */
export const truthOf = (id: string): object => {
  const { next, ...medium } = mediumOf(id)!;
  return { ...medium, id, next: () => truthOf(next) };
};
