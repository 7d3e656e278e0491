/**
 * What is null because somebody does not know an entity is no failure, whatever fails beside it; and what takes an object
 * along is told as what it was, also where something is deferred.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8",
  import: ["@key", "@external", "@requires", "@context", "@fromContext"])`;

const fail = () => {
  throw new Error('no');
};
const know = { __resolveReference: (sent: object) => sent };

describe.each(INCREMENTAL_FORMATS.map((format) => [format.parameter, format] as const))(
  '%s',
  (_name, format) => {
    test.each([
      ['{ t { q } }', undefined],
      ['{ t { f q } }', 'f'],
      ['{ t { own q } }', 'own'],
      ['{ t { id ... @defer { q f } } }', 'f'],
      ['{ t { f ... @defer { q } } }', 'f'],
    ])('a need that its owner does not know: %s', async (query, failed) => {
      const { inParts } = await federate({
        subgraphs: [
          honest('start', `${LINK} type Query { t: T } type T @key(fields: "id") { id: ID! own: String }`, {
            Query: { t: () => ({ id: '1' }) },
            T: { own: fail },
          }),
          honest('stranger', `${LINK} type T @key(fields: "id") { id: ID! a: String }`, {
            T: { __resolveReference: () => null },
          }),
          honest('failing', `${LINK} type T @key(fields: "id") { id: ID! f: String }`, {
            T: { ...know, f: fail },
          }),
          honest(
            'needing',
            `${LINK} type T @key(fields: "id") { id: ID! a: String @external q: String @requires(fields: "a") }`,
            { T: { ...know, q: () => 'q' } },
          ),
        ],
      });
      const { errors } = mergeParts(await inParts(query, {}, format));
      expect(errors).toMatchObject(failed === undefined ? [] : [{ path: ['t', failed] }]);
    });

    test.each([
      ['{ box { item { paint } } }', []],
      ['{ box { f item { paint } } }', [['box', 'f']]],
      ['{ box { item { g paint } } }', [['box', 'item', 'g']]],
      ['{ box { f ... @defer { item { paint } } } }', [['box', 'f']]],
    ])('a value from around that its owner does not know: %s', async (query, paths) => {
      const { inParts } = await federate({
        subgraphs: [
          honest('start', `${LINK} type Query { box: Box } type Box @key(fields: "id") { id: ID! }`, {
            Query: { box: () => ({ id: '1' }) },
          }),
          honest('stranger', `${LINK} type Box @key(fields: "id") { id: ID! color: String }`, {
            Box: { __resolveReference: () => null },
          }),
          honest(
            'failing',
            `${LINK} type Box @key(fields: "id") { id: ID! f: String } type Item @key(fields: "id") { id: ID! g: String }`,
            { Box: { ...know, f: fail }, Item: { ...know, g: fail } },
          ),
          honest(
            'taking',
            `${LINK}
          type Box @key(fields: "id") @context(name: "box") { id: ID! color: String @external item: Item }
          type Item @key(fields: "id") { id: ID! paint(c: String @fromContext(field: "$box { color }")): String }`,
            { Box: { ...know, item: () => ({ id: 'i' }) }, Item: { ...know, paint: () => 'paint' } },
          ),
        ],
      });
      const { errors } = mergeParts(await inParts(query, {}, format));
      expect(errors).toMatchObject(paths.map((path) => ({ path })));
      expect(errors).toHaveLength(paths.length);
    });

    test.each(['{ t { p } }', '{ t { p ... @defer { other } } }', '{ ... @defer { t { p } } }'])(
      'a need that may not be null takes the object along: %s',
      async (query) => {
        const { inParts } = await federate({
          subgraphs: [
            honest('one', `${LINK} type Query { t: T } type T @key(fields: "id") { id: ID! must: String! }`, {
              Query: { t: () => ({ id: '1' }) },
              T: { must: fail },
            }),
            honest(
              'two',
              `${LINK} type T @key(fields: "id") {
              id: ID! must: String! @external p: String @requires(fields: "must") other: String
            }`,
              { T: { ...know, p: () => 'p', other: () => 'o' } },
            ),
          ],
        });
        const { errors } = mergeParts(await inParts(query, {}, format));
        expect(errors).toMatchObject([{ path: ['t'], extensions: { code: 'SUBGRAPH_FAILED' } }]);
      },
    );
  },
);
