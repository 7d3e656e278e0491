/**
 * The audits of GraphQL over HTTP (graphql-http's `serverAudits`): every MUST, SHOULD and MAY, under production's
 * settings with introspection allowed.
 */

import { serverAudits } from 'graphql-http';

import { crm } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    subgraphs: [crm],
    config: { introspection: { enabled: true } },
  });
});

afterAll(() => gateway.stop());

const audits = serverAudits({ url: () => `${gateway.url}/graphql`, fetchFn: fetch });

test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
  '%s %s',
  async (_id, _name, audit) => {
    const result = await audit.fn();
    const reason = result.status === 'ok' ? '' : result.reason;
    expect([result.status, reason]).toEqual(['ok', '']);
  },
);

test('there are as many as the specification has', () => {
  expect(audits).toHaveLength(61);
});
