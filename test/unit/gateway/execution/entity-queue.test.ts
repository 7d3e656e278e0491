/** Which entity fetches of a run wait for each other. */

import { expect, test } from '@jest/globals';

import { EntityQueue } from '../../../../gateway/execution/entity-queue.ts';
import type { EntityQuestion } from '../../../../gateway/execution/ask-entities.ts';

const query = {
  head: '{"query":"…","variables":',
  operationName: undefined,
  selection: '{name}',
  variables: new Map<string, string>(),
};

const about = (id: string): EntityQuestion => ({ query, representations: [{ id }], variables: {} });

function startQueue() {
  const sent: string[] = [];
  const queue = new EntityQueue(performance.now(), (body) => {
    sent.push(body);
    return Promise.resolve({ kind: 'answered', data: { _entities: [{}, {}] }, errors: [] });
  });
  return { queue, sent };
}

test('a question waits for those that follow a call that is on its way', async () => {
  const { queue, sent } = startQueue();
  queue.stepBegins();
  const first = queue.ask(about('a'));
  await Promise.resolve();
  queue.stepEnds();
  await Promise.all([first, queue.ask(about('b'))]);
  expect(sent).toEqual(['{"query":"…","variables":{"representations":[{"id":"a"},{"id":"b"}]}}']);
});

test('a question waits only a little for a call that does not end', async () => {
  const { queue, sent } = startQueue();
  queue.stepBegins();
  await queue.ask(about('a'));
  expect(sent).toEqual(['{"query":"…","variables":{"representations":[{"id":"a"}]}}']);
});

test('a question goes at once where nothing else can follow', async () => {
  const { queue, sent } = startQueue();
  await queue.ask(about('a'));
  await queue.ask(about('b'));
  expect(sent).toHaveLength(2);
});
