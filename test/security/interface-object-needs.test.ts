/**
 * What an interface object computes from a guarded field of an implementation is guarded like it (GHSA-m8jr-fxqx-8xx6),
 * also where the supergraph does not say so: compositions before 2.12.1 asked nobody to write it.
 */

import { startGuarded, type GuardedGateway } from '../kit/ask-guarded.ts';
import { honest } from '../kit/fake-subgraph.ts';
import { composed } from '../kit/start-gateway.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@external", "@requires", "@interfaceObject", "@requiresScopes"])`;
const DEMAND = '@requiresScopes(scopes: [["dogs"]])';
const dog = { __typename: 'Dog', id: 'd1', name: 'Rex-secret' };

const home = honest(
  'home',
  `${LINK}
  type Query { dog: Dog animals: [Animal] }
  interface Animal @key(fields: "id") { id: ID! name: String }
  type Dog implements Animal @key(fields: "id") { id: ID! name: String ${DEMAND} }`,
  {
    Query: { dog: () => dog, animals: () => [dog] },
    Animal: { __resolveType: () => 'Dog', __resolveReference: () => dog },
    Dog: { __resolveReference: () => dog },
  },
);
const greeter = honest(
  'greeter',
  `${LINK}
  type Query { hi: Int }
  type Animal @interfaceObject @key(fields: "id") {
    id: ID!
    name: String @external
    greet: String @requires(fields: "name") ${DEMAND}
  }`,
  {
    Query: { hi: () => 1 },
    Animal: {
      __resolveReference: (animal: object) => animal,
      greet: ({ name }: { readonly name: string }) => `Hello ${name}`,
    },
  },
);

let world: GuardedGateway;

beforeAll(async () => {
  world = await startGuarded([home, greeter]);
  const sdl = composed([...world.gateway.subgraphs.values()]);
  const unsaid = sdl.replaceAll(/(?<=greet: String[^\n]*) @requiresScopes\(scopes: \[\["dogs"\]\]\)/g, '');
  expect(unsaid).not.toBe(sdl);
  await world.gateway.replace(unsaid);
});

afterAll(() => world.stop());

test.each(['{ dog { id greet } }', '{ animals { id ... on Dog { greet } } }', '{ animals { id greet } }'])(
  '%s',
  async (query) => {
    const { body } = await world.ask(query);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN_FIELD' } }] });
  },
);
