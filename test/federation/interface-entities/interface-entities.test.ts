/**
 * Objects reached through an interface are entities like any others, each by its own type.
 */

import { federate, type Federation } from '../kit/federation.ts';
import { animalOf, animals, truthOf } from './data.ts';
import { feeding, names } from './zoo.subgraph.ts';

let graph: Federation;

beforeAll(async () => {
  const truth = {
    animals: () => [...animals.map(({ id }) => truthOf(id)), null],
    animal: ({ id }: { id: string }) => (animalOf(id) === null ? null : truthOf(id)),
  };
  graph = await federate({ subgraphs: [names, feeding], truth });
});

test('fields of another subgraph’s interface are joined to each type', async () => {
  expect((await graph.agreed('{ animals { name ... on Fed { food } ... on Cat { lives } } }')).data).toEqual({
    animals: [
      { name: 'Rex', food: 'meat' },
      { name: 'Tom', food: 'fish', lives: 9 },
      { name: 'Hu', food: null },
      null,
    ],
  });
});

test('and so on through the objects that they lead to', async () => {
  const query = `{ animal(id: "d1") { friends { __typename ... on Cat { food friends { ... on Dog { food barks } } } ... on Owl { name } } } }`;
  expect((await graph.agreed(query)).data).toEqual({
    animal: {
      friends: [
        { __typename: 'Cat', food: 'fish', friends: [{ food: 'meat', barks: true }] },
        { __typename: 'Owl', name: 'Hu' },
      ],
    },
  });
});

test('the same entity at many places is fetched once and stands at all of them', async () => {
  graph.takeAsked();
  const query =
    '{ animals { ... on Dog { food friends { ... on Cat { friends { ... on Dog { food } } } } } } }';
  expect((await graph.agreed(query)).data).toEqual({
    animals: [{ food: 'meat', friends: [{ friends: [{ food: 'meat' }] }, {}] }, {}, {}, null],
  });
});
