/**
 * Reviews of books and films. A provided title is spelled differently from the owner's, so that tests see who answered.
 */

export const reviews = [
  { id: 'r1', about: { __typename: 'Book', id: 'b1' }, writer: { id: 'u1' } },
  { id: 'r2', about: { __typename: 'Film', id: 'f1' }, writer: { id: 'u2' } },
];

export const titles: Readonly<Record<string, string>> = { b1: 'Notes', f1: 'Reels' };
export const towns: Readonly<Record<string, string>> = { u1: 'Rome', u2: 'Oslo' };
