/**
 * A field may take an argument from an object around it. No engine here knows @fromContext yet, so a supergraph that
 * uses it is refused as a whole: nobody gets a value that was reckoned without its context.
 */

import { federate } from '../kit/federation.ts';
import { carts, people } from './shop.subgraph.ts';

test('a supergraph with @context is refused before anything is asked', async () => {
  await expect(federate({ subgraphs: [people, carts] })).rejects.toThrow(
    'feature https://specs.apollo.dev/context/v0.1 is for: SECURITY but is unsupported',
  );
});
