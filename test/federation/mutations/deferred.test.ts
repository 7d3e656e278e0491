/**
 * Changes of one subgraph, of which something is deferred: what is not deferred is told of the state after each of them.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { federate } from '../kit/federation.ts';
import { first, second } from './counters.subgraph.ts';
import { book } from './data.ts';

test.each(INCREMENTAL_FORMATS.map((format) => [format.parameter, format] as const))(
  '%s',
  async (_name, format) => {
    const graph = await federate({ subgraphs: [first, second] });
    const whole = async (query: string) => {
      book.entries.splice(0);
      const { data, errors } = mergeParts(await graph.inParts(query, {}, format));
      return [data, errors, book.entries];
    };
    expect(
      await whole(
        'mutation { a: addFirst(name: "1") { seen } b: addFirst(name: "2") { seen ... @defer { id } } }',
      ),
    ).toEqual([{ a: { seen: 1 }, b: { seen: 2, id: '2' } }, [], ['first 1', 'first 2']]);
    expect(
      await whole(`mutation {
      a: addFirst(name: "1") { seen ... @defer(label: "A") { id } }
      b: addFirst(name: "2") { seen ... @defer(label: "B") { id } }
      c: addSecond(name: "3") { ... @defer(label: "C") { id } }
    }`),
    ).toEqual([
      {
        a: { seen: 1, id: '1' },
        b: { seen: 2, id: '2' },
        c: { id: '3' },
      },
      [],
      ['first 1', 'first 2', 'second 3'],
    ]);
  },
);
