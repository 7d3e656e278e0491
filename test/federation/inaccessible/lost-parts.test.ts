/**
 * A part that repeats what the client has, in the older format, takes an object away: what was still to come for that
 * object does not come any more.
 */

import { INCREMENTAL_FORMATS } from '../../../gateway/request/incremental-format.ts';
import { mergeParts } from '../../kit/ask-in-parts.ts';
import { behaving, sendJson, type FakeSubgraph } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';
import { labels, stock } from './stock.subgraph.ts';

const QUERY = `{
  ... @defer(label: "grades") { items { grade ... @defer(label: "label") { label } } }
  ... @defer(label: "sure") { items { sure } }
}`;

/** The part `sure` comes when `grades` has come, and before `label` does: the item c loses its object to it. */
function inThatOrder(): readonly FakeSubgraph[] {
  const [labelsAsked, sureSent] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  return [
    behaving(stock, async (answer, response, { body }) => {
      if (body.query.includes('sure')) {
        await labelsAsked.promise;
        response.once('finish', () => sureSent.resolve(undefined));
      }
      sendJson(response, await answer());
    }),
    behaving(labels, async (answer, response) => {
      labelsAsked.resolve(undefined);
      await sureSent.promise;
      sendJson(response, await answer());
    }),
  ];
}

const LABELLED = [
  ['label', ['items', 0]],
  ['label', ['items', 1]],
];

test('no part comes for an object that a part in the older format has taken away', async () => {
  const format = INCREMENTAL_FORMATS.find(({ repeats }) => repeats)!;
  const { inParts } = await federate({ subgraphs: inThatOrder() });
  const payloads = await inParts(QUERY, {}, format);
  const parts = payloads.flatMap(({ incremental = [] }) =>
    incremental.map(({ label, path }) => [label, path]),
  );
  expect(parts).toEqual([['grades', []], ['sure', []], ...LABELLED]);
  expect(mergeParts(payloads).data).toEqual({
    items: [
      { grade: 'GOOD', label: 'label a', sure: 'FAIR' },
      { grade: null, label: 'label b', sure: 'GOOD' },
      null,
    ],
  });
});

test('in the newer format such a part fails itself, and the object keeps its other parts', async () => {
  const format = INCREMENTAL_FORMATS.find(({ repeats }) => !repeats)!;
  const { inParts } = await federate({ subgraphs: inThatOrder() });
  const payloads = await inParts(QUERY, {}, format);
  expect(mergeParts(payloads).data).toEqual({
    items: [
      { grade: 'GOOD', label: 'label a' },
      { grade: null, label: 'label b' },
      { grade: null, label: 'label c' },
    ],
  });
});
