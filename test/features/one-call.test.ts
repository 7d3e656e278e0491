/**
 * What a plan asks of one subgraph at one moment is asked in one call, and what it asks twice is asked once: within
 * one request, and only where asking has no effect.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { behaving, scripted } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';

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
  expect(callsTo('accounting') - before).toBe(1);
});

test('an entity that stands in many places is asked for once', async () => {
  const before = representationsTo('accounting');
  await gateway.ask('{ customers { nodes { favourite { id } receivable { amount } } } }');
  const sent = representationsTo('accounting').slice(before.length);
  expect(sent).toEqual([...new Set(sent)]);
});

const TWO_QUESTIONS = `{
  debtor: customer(id: "1") { receivable { amount } rating }
  buyer: customer(id: "2") { creditAvailable }
}`;

test('different questions to one subgraph at one moment are one call', async () => {
  const before = callsTo('accounting');
  expect(await gateway.ask(TWO_QUESTIONS)).toEqual({
    data: { debtor: { receivable: { amount: '10.00' }, rating: 'GOOD' }, buyer: { creditAvailable: 200 } },
  });
  expect(callsTo('accounting') - before).toBe(1);
});

test('an error in a shared call reaches those whose question failed, and nobody else', async () => {
  const failing = scripted(accounting, () => ({
    data: {
      representations_0: [{ receivable: null, rating: 'GOOD' }],
      representations_1: [{ creditAvailable: 200 }],
    },
    errors: [{ message: 'ledger closed', path: ['representations_0', 0, 'receivable'] }],
  }));
  await using other = await disposable({ subgraphs: [crm, failing, shop] });
  expect(await other.ask(TWO_QUESTIONS)).toMatchObject({
    data: { debtor: { receivable: null, rating: 'GOOD' }, buyer: { creditAvailable: 200 } },
    errors: [
      { path: ['debtor', 'receivable'], extensions: { code: 'SUBGRAPH_FAILED', subgraph: 'accounting' } },
    ],
  });
});

test('what a subgraph refuses together it is asked one by one', async () => {
  const honestOne = behaving(accounting, async (answer, response, { body }) => {
    const refusal = { data: null, errors: [{ message: 'one at a time', path: ['representations_1'] }] };
    const said = body.query.includes('representations_1') ? refusal : await answer();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  });
  await using other = await disposable({ subgraphs: [crm, honestOne, shop] });
  expect(await other.ask(TWO_QUESTIONS)).toEqual({
    data: { debtor: { receivable: { amount: '10.00' }, rating: 'GOOD' }, buyer: { creditAvailable: 200 } },
  });
});

test('a list of the wrong length makes every question of the call fail', async () => {
  const short = scripted(accounting, () => ({
    data: { representations_0: [], representations_1: [{ creditAvailable: 200 }, { creditAvailable: 300 }] },
  }));
  await using other = await disposable({ subgraphs: [crm, short, shop] });
  expect(await other.ask(TWO_QUESTIONS)).toMatchObject({
    data: { debtor: { receivable: null, rating: null }, buyer: { creditAvailable: null } },
    errors: [
      { path: ['debtor', 'receivable'], extensions: { code: 'SUBGRAPH_RESPONSE_INVALID' } },
      { path: ['debtor', 'rating'], extensions: { code: 'SUBGRAPH_RESPONSE_INVALID' } },
      { path: ['buyer', 'creditAvailable'], extensions: { code: 'SUBGRAPH_RESPONSE_INVALID' } },
    ],
  });
});

test('a mutation is never left out', async () => {
  const before = callsTo('crm');
  await gateway.ask('mutation { renameCustomer(id: "1", name: "Ada") { name } }');
  await gateway.ask('mutation { renameCustomer(id: "1", name: "Ada") { name } }');
  expect(callsTo('crm') - before).toBe(2);
});

async function disposable(setup: GatewaySetup): Promise<TestGateway & AsyncDisposable> {
  const started = await startGateway(setup);
  return { ...started, [Symbol.asyncDispose]: () => started.stop() };
}

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
