/**
 * A deferred part in which a field fails that may not be null: the failure is told, and nothing of its neighbours, which
 * an earlier part has given.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';

test.each(INCREMENTAL_FORMATS.map((format) => [format.parameter, format] as const))(
  '%s',
  async (_name, format) => {
    const one = honest('one', `${LINK} type Query { item: Item }  type Item @key(fields: "id") { id: ID! }`, {
      Query: { item: () => ({ id: 'i' }) },
    });
    const two = honest('two', `${LINK} type Item @key(fields: "id") { id: ID!  likes: Int  must: Int! }`, {
      Item: {
        __resolveReference: () => ({ likes: 7 }),
        must: () => {
          throw new Error('no');
        },
      },
    });
    const { inParts } = await federate({ subgraphs: [one, two] });
    const { data, errors } = mergeParts(
      await inParts('{ item { likes ... @defer { likes must } } }', {}, format),
    );
    expect(data).toEqual({ item: { likes: 7 } });
    expect(errors).toMatchObject([{ path: ['item', 'must'], extensions: { code: 'SUBGRAPH_FAILED' } }]);
  },
);
