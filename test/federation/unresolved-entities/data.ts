/**
 * Orders of people, of whom the directory knows only the first.
 */

export const orders = [
  { id: 'o1', buyer: { id: 'p1' } },
  { id: 'o2', buyer: { id: 'p2' } },
  { id: 'o3', buyer: null },
];
