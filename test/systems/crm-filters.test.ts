/**
 * A filter tells, object by object, what stands in a field: who may not see the one may not use the other.
 */

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import { startCrm, type TestCrm } from '../kit/start-crm.ts';

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
  const { data, errors } = await crm.ask(BY_MANAGER, { as: 'sales', variables });
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ customers: { nodes: expect.any(Array) } });
});
