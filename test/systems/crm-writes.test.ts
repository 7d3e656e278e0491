/**
 * What changes in the CRM, and what is refused to change, over real PostgreSQL.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { customerIdOf, globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { ADA, BEN, DEAL, startCrm } from '../kit/start-crm.ts';
import type { TestSubgraph } from '../kit/start-subgraph.ts';

let subgraph: TestSubgraph;

beforeAll(async () => {
  subgraph = await startCrm();
});

afterAll(async () => {
  await subgraph?.stop();
});

test('two colleagues who edit one customer do not overwrite each other', async () => {
  const change = `mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { phone version } } }`;
  const mine = { id: BEN, expectedVersion: 1, phone: '+49 30 1' };
  expect(await subgraph.ask(change, { as: 'sales', variables: { input: mine } })).toEqual({
    data: { updateCustomer: { customer: { phone: '+49 30 1', version: 2 } } },
  });
  const theirs = await subgraph.ask(change, {
    as: 'sales',
    variables: { input: { ...mine, phone: '+49 30 2' } },
  });
  expect(theirs).toMatchObject({
    data: { updateCustomer: null },
    errors: [
      {
        extensions: { code: 'VERSION_CONFLICT', argument: 'input.expectedVersion', details: { version: 2 } },
      },
    ],
  });
});

test('an explicit null empties a field and what is left out stays', async () => {
  const answer = await subgraph.ask(
    `mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { name email phone } } }`,
    { as: 'sales', variables: { input: { id: customerIdOf('C-10003'), expectedVersion: 1, email: null } } },
  );
  expect(answer.data.updateCustomer.customer).toEqual({ name: 'Carla', email: null, phone: '1' });
});

test('an explicit null does not empty a field that may not be empty', async () => {
  const answer = await subgraph.ask(
    `mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { name } } }`,
    { as: 'sales', variables: { input: { id: customerIdOf('C-10003'), expectedVersion: 2, name: null } } },
  );
  expect(answer.errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', argument: 'input.name', reason: 'Must be text.' } },
  ]);
});

test('a created customer gets the next number and can be found', async () => {
  const created = await subgraph.ask(
    `mutation { createCustomer(input: { kind: COMPANY, name: " Zuse KG ", email: "konrad@example.org" }) { customer { id number name lifecycleStage } } }`,
    { as: 'sales' },
  );
  const { customer } = created.data.createCustomer;
  expect(customer).toEqual({
    id: customerIdOf(customer.number),
    number: 'C-20001',
    name: 'Zuse KG',
    lifecycleStage: 'LEAD',
  });
  const again = await subgraph.ask(
    `mutation { createCustomer(input: { kind: COMPANY, name: "Zuse", email: "KONRAD@example.org" }) { customer { id } } }`,
    { as: 'sales' },
  );
  expect(again.errors?.[0].extensions).toMatchObject({ code: 'DUPLICATE', argument: 'input.email' });
});

test.each([
  [
    'moveDeal',
    `{ id: "${globalIdOf('Deal', 'none')}", expectedVersion: 1, stage: WON }`,
    { code: 'NOT_FOUND', argument: 'input.id' },
  ],
  [
    'moveDeal',
    `{ id: "${DEAL}", expectedVersion: 7, stage: WON }`,
    { code: 'VERSION_CONFLICT', argument: 'input.expectedVersion', details: { version: 1 } },
  ],
  [
    'updateCustomer',
    `{ id: "${customerIdOf('C-9')}", expectedVersion: 1, phone: "1" }`,
    { code: 'NOT_FOUND', argument: 'input.id' },
  ],
  [
    'updateCustomer',
    `{ id: "${ADA}", expectedVersion: 1, accountManagerId: "${globalIdOf('Employee', 'none')}" }`,
    { code: 'BAD_USER_INPUT', argument: 'input.accountManagerId', reason: 'There is no such employee.' },
  ],
  [
    'logActivity',
    `{ customerId: "${customerIdOf('C-9')}", kind: CALL, subject: "Called" }`,
    { code: 'BAD_USER_INPUT', argument: 'input.customerId', reason: 'There is no such customer.' },
  ],
])('%s(input: %s) is refused, and says for which argument', async (field, input, extensions) => {
  expect(
    await subgraph.ask(`mutation { ${field}(input: ${input}) { __typename } }`, { as: 'sales' }),
  ).toMatchObject({ data: { [field]: null }, errors: [{ path: [field], extensions }] });
});

test('a decided deal stays decided', async () => {
  const move = (stage: string, expectedVersion: number) =>
    subgraph.ask(
      `mutation { moveDeal(input: { id: "${globalIdOf('Deal', 'test/2')}", expectedVersion: ${expectedVersion}, stage: ${stage} }) { deal { stage version } } }`,
      { as: 'sales' },
    );
  expect((await move('WON', 1)).data.moveDeal.deal).toEqual({ stage: 'WON', version: 2 });
  expect((await move('LOST', 2)).errors?.[0].extensions).toMatchObject({
    code: 'STATE_CONFLICT',
    argument: 'input.id',
  });
});

test('an activity is logged by the colleague who is signed in, for deals of that customer only', async () => {
  const log = (dealId: string) =>
    subgraph.ask(
      `mutation { logActivity(input: { customerId: "${ADA}", dealId: "${dealId}", kind: CALL, subject: "Called" }) { activity { author { name } customer { name } deal { title } } } }`,
      { as: 'sales' },
    );
  expect((await log(DEAL)).data.logActivity.activity).toEqual({
    author: { name: 'Ines Falk' },
    customer: { name: 'Ada Byron' },
    deal: { title: 'Engine' },
  });
  expect((await log(globalIdOf('Deal', 'test/2'))).errors?.[0].extensions).toMatchObject({
    argument: 'input.dealId',
  });
});

test('an activity of the year 1 is refused as a slip of the hand', async () => {
  const answer = await subgraph.ask(
    `mutation { logActivity(input: { customerId: "${ADA}", kind: NOTE, subject: "Typo", occurredAt: "0001-01-01T00:00:00Z" }) { activity { id } } }`,
    { as: 'sales' },
  );
  expect(answer).toMatchObject({
    data: { logActivity: null },
    errors: [
      {
        extensions: {
          code: 'BAD_USER_INPUT',
          argument: 'input.occurredAt',
          reason: 'Must not be before 1970.',
        },
      },
    ],
  });
});
