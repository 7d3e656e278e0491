/**
 * What a plan asks twice is asked once: within one request, and only where asking has no effect.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [crm, accounting, shop] });
});
afterAll(() => gateway?.stop());

test('two places that need the same of a subgraph are served by one call', async () => {
  const before = callsTo('accounting');
  const answer = await gateway.ask(`{
    one: customer(id: "1") { receivable { amount } }
    other: customer(id: "1") { receivable { amount } }
    third: customer(id: "2") { receivable { amount } }
  }`);
  expect(answer).toEqual({
    data: {
      one: { receivable: { amount: '10.00' } },
      other: { receivable: { amount: '10.00' } },
      third: { receivable: { amount: '20.00' } },
    },
  });
  expect(callsTo('accounting') - before).toBe(2);
});

test('an entity that stands in many places is asked for once', async () => {
  const before = representationsTo('accounting');
  await gateway.ask('{ customers { nodes { favourite { id } receivable { amount } } } }');
  const sent = representationsTo('accounting').slice(before.length);
  expect(sent).toEqual([...new Set(sent)]);
});

test('a mutation is never left out', async () => {
  const before = callsTo('crm');
  await gateway.ask('mutation { renameCustomer(id: "1", name: "Ada") { name } }');
  await gateway.ask('mutation { renameCustomer(id: "1", name: "Ada") { name } }');
  expect(callsTo('crm') - before).toBe(2);
});

function callsTo(name: string): number {
  return gateway.subgraphs.get(name)?.received.length ?? 0;
}

function representationsTo(name: string): readonly string[] {
  const calls = gateway.subgraphs.get(name)?.received ?? [];
  return calls.flatMap(({ body }) => {
    const { representations } = body.variables ?? {};
    return Array.isArray(representations) ? representations.map((each) => JSON.stringify(each)) : [];
  });
}
