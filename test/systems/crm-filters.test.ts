/**
 * What filters and searches of the CRM find, over real PostgreSQL. A filter tells, object by object, what stands in a
 * field: who may not see the one may not use the other.
 */

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { ADA, startCrm, type TestCrm } from '../kit/start-crm.ts';

let crm: TestCrm;

beforeAll(async () => {
  crm = await startCrm();
});

afterAll(() => crm.stop());

const BY_MANAGER =
  'query ($id: ID!) { customers(filter: { accountManagerId: $id }) { totalCount nodes { number } } }';
const variables = { id: globalIdOf('Employee', 'sales') };

test('who may not see account managers may not find customers by them', async () => {
  const field = await crm.ask('{ customers { nodes { number accountManager { id } } } }', { as: 'commerce' });
  expect(field.errors?.[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  const filtered = await crm.ask(BY_MANAGER, { as: 'commerce', variables });
  expect(filtered).toMatchObject({
    errors: [{ path: ['customers'], extensions: { code: 'FORBIDDEN' } }],
  });
});

test('who may see them may', async () => {
  expect(await crm.ask(BY_MANAGER, { as: 'sales', variables })).toEqual({
    data: { customers: { totalCount: 2, nodes: [{ number: 'C-10001' }, { number: 'C-10003' }] } },
  });
});

test.each([
  ['filter: { kind: PERSON }', ['C-10001', 'C-10002']],
  ['filter: { lifecycleStage: ACTIVE }', ['C-10001', 'C-10003', 'C-10005']],
  ['filter: { kind: PERSON, lifecycleStage: ACTIVE }', ['C-10001']],
  ['filter: { marketingConsent: true }', ['C-10001']],
  ['filter: { marketingConsent: false, lifecycleStage: LEAD }', ['C-10002']],
  ['filter: { createdFrom: "2024-02-29T10:00:00.124Z" }', []],
  ['filter: { createdFrom: "2024-02-29T11:00:00.123+01:00", kind: PERSON }', ['C-10001', 'C-10002']],
  ['filter: { createdBefore: "2024-02-29T10:00:00.123Z" }', []],
  ['filter: { createdBefore: "2024-02-29T10:00:00.124Z", kind: PERSON }', ['C-10001', 'C-10002']],
])('customers(%s) narrows the list', async (selection, numbers) => {
  expect(await crm.ask(`{ customers(${selection}) { totalCount nodes { number } } }`)).toEqual({
    data: { customers: { totalCount: numbers.length, nodes: numbers.map((number) => ({ number })) } },
  });
});

test.each([
  [`filter: { customerId: "${ADA}" }`, ['Engine']],
  [`filter: { ownerId: "${variables.id}" }`, ['Engine']],
  ['filter: { stage: NEGOTIATION }', ['Loom']],
  ['filter: { expectedCloseFrom: "2024-04-01" }', ['Loom']],
  ['filter: { expectedCloseFrom: "2024-03-31" }', ['Engine', 'Loom']],
  ['filter: { expectedCloseTo: "2024-03-31" }', ['Engine']],
  ['filter: { expectedCloseTo: "2024-03-30" }', []],
  ['search: "OO"', ['Loom']],
])('deals(%s) narrows the list', async (selection, titles) => {
  const orderBy = 'orderBy: { field: VALUE, direction: DESC }';
  expect(await crm.ask(`{ deals(${orderBy}, ${selection}) { totalCount nodes { title } } }`)).toEqual({
    data: { deals: { totalCount: titles.length, nodes: titles.map((title) => ({ title })) } },
  });
});

test('employees are found by name and by address', async () => {
  const found = await crm.ask(
    '{ name: employees(search: "FALK") { totalCount } address: employees(search: "ines@") { totalCount } none: employees(search: "_") { totalCount } }',
  );
  expect(found).toEqual({
    data: { name: { totalCount: 1 }, address: { totalCount: 1 }, none: { totalCount: 0 } },
  });
});

test('activities of a customer are narrowed by their kind', async () => {
  for (const kind of ['CALL', 'NOTE']) {
    const { errors } = await crm.ask(
      `mutation { logActivity(input: { customerId: "${ADA}", kind: ${kind}, subject: "${kind}" }) { activity { id } } }`,
      { as: 'sales' },
    );
    expect(errors).toBeUndefined();
  }
  expect(
    await crm.ask(`{ customer(id: "${ADA}") { activities(kind: CALL) { totalCount nodes { subject } } } }`),
  ).toEqual({ data: { customer: { activities: { totalCount: 1, nodes: [{ subject: 'CALL' }] } } } });
});
