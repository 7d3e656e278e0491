/**
 * Items, of which one is of a grade that clients may not know.
 */

export const items = [
  { __typename: 'Item', code: 'a', grade: 'GOOD', grades: ['GOOD', 'FAIR'], sure: 'FAIR' },
  { __typename: 'Item', code: 'b', grade: 'SECRET', grades: ['GOOD', 'SECRET'], sure: 'GOOD' },
  { __typename: 'Item', code: 'c', grade: null, grades: null, sure: 'SECRET' },
];
