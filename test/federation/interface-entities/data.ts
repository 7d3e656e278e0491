/**
 * Animals of three kinds, of which one subgraph knows names and another what they eat.
 */

export const animals = [
  { __typename: 'Dog', id: 'd1', name: 'Rex', food: 'meat', barks: true, friends: ['c1', 'o1'] },
  { __typename: 'Cat', id: 'c1', name: 'Tom', food: 'fish', lives: 9, friends: ['d1'] },
  { __typename: 'Owl', id: 'o1', name: 'Hu', food: null, friends: [] },
];

export const animalOf = (id: string) => animals.find((one) => one.id === id) ?? null;
export const truthOf = (id: string): object => ({
  ...animalOf(id),
  friends: () => animalOf(id)?.friends.map(truthOf),
});
