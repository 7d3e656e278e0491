/**
 * What a field needs of an object behind another field, where the subgraph has the need from itself: that other field
 * provides it.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@external", "@provides", "@requires", "@shareable"])`;

const person = { id: 'p', name: 'Ada' };
const letter = { id: 'l', to: person, greeting: 'Dear Ada' };

test('is known to be there', async () => {
  const graph = await federate({
    subgraphs: [
      honest(
        'letters',
        `${LINK}
        type Query { letter: Letter }
        type Letter @key(fields: "id") { id: ID!  to: Person @provides(fields: "name")  greeting: String @requires(fields: "to { name }") }
        type Person @key(fields: "id") { id: ID!  name: String @external }`,
        {
          Query: { letter: () => letter },
          Letter: { __resolveReference: () => letter, greeting: () => letter.greeting },
        },
      ),
      honest('people', `${LINK} type Person @key(fields: "id") { id: ID!  name: String @shareable }`, {
        Person: { __resolveReference: () => person },
      }),
    ],
    truth: { letter },
  });
  await graph.agreed('{ letter { greeting } }');
  await graph.agreed('{ letter { id greeting to { id name } } }');
});
