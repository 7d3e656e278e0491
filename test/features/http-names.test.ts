/**
 * Names of operations and variables as HTTP brings them: empty ones, ones that nobody has, and ones that mean something
 * to JavaScript, which a subgraph may have too.
 */

import { requestError } from '../kit/expected-error.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';

const QUERY = '{ customer(id: "1") { name } }';
const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [crm, accounting, shop] });
});

afterAll(() => gateway.stop());

test('in a URL an empty name is none', async () => {
  const search = `query=${encodeURIComponent(`query A ${QUERY}`)}`;
  for (const url of [`?${search}&operationName=`, `?operationName=&${search}`]) {
    const { status, body } = await gateway.send(`/graphql${url}`, { headers: JSON_TYPE });
    expect([status, body]).toEqual([200, { data: { customer: { name: 'Ada Byron' } } }]);
  }
});

test.each(['application/json', 'text/event-stream'])(
  'nor are variables and extensions given that are empty or null, to who takes %s',
  async (accept) => {
    const search = `query=${encodeURIComponent(QUERY)}`;
    for (const url of [
      `?${search}&variables=`,
      `?variables=&extensions=&${search}`,
      `?extensions=null&${search}&variables=null`,
    ]) {
      const response = await fetch(`${gateway.url}/graphql${url}`, { headers: { ...JSON_TYPE, accept } });
      expect(await response.text()).toContain('{"data":{"customer":{"name":"Ada Byron"}}}');
    }
  },
);

test.each(['application/json', 'text/event-stream'])(
  'nor is it one in a body, which says which of two operations is meant no more than none, to who takes %s',
  async (accept) => {
    const asked = async (query: string) => {
      const body = JSON.stringify({ query, operationName: '' });
      const init = { method: 'POST', headers: { ...JSON_TYPE, accept }, body };
      return (await fetch(`${gateway.url}/graphql`, init)).text();
    };
    // Twice: the long way and the short way.
    for (const _time of [1, 2])
      expect(await asked(`query A ${QUERY}`)).toContain('{"data":{"customer":{"name":"Ada Byron"}}}');
    expect(await asked(`query A ${QUERY} query B ${QUERY}`)).toContain('"OPERATION_RESOLUTION_FAILURE"');
  },
);

test('nor is one of an event stream', async () => {
  const search = new URLSearchParams({ query: QUERY, operationName: '' });
  const headers = { accept: 'text/event-stream' };
  const response = await fetch(`${gateway.url}/graphql?${search.toString()}`, { headers });
  expect(await response.text()).toContain('data: {"data":{"customer":{"name":"Ada Byron"}}}');
});

test('a variable may be called like the prototype', async () => {
  const query = 'query ($__proto__: ID!) { customer(id: $__proto__) { name } }';
  const text = `{"query":${JSON.stringify(query)},"variables":{"__proto__":"1"}}`;
  for (let time = 0; time < 3; time += 1) {
    const { body } = await gateway.send('/graphql', { method: 'POST', headers: JSON_TYPE, body: text });
    expect(body).toEqual({ data: { customer: { name: 'Ada Byron' } } });
  }
});

test('so may a subgraph', async () => {
  const subgraphs = [crm, accounting, { ...shop, name: 'constructor' }];
  const company = await startGateway({ subgraphs });
  const answer = await company.ask('{ customer(id: "1") { name orders { id } } }');
  await company.stop();
  expect(answer).toEqual({ data: { customer: { name: 'Ada Byron', orders: [{ id: 'o1' }, { id: 'p1' }] } } });
});

test.each(['application/json', 'Application/JSON'])(
  'who takes %s hears with status 200 that no operation has the name',
  async (accept) => {
    const asked = postOf(QUERY, { headers: { accept } });
    const named = { ...asked, body: JSON.stringify({ query: QUERY, operationName: 'Other' }) };
    const { status, body } = await gateway.send('/graphql', named);
    expect([status, body]).toEqual([200, { errors: [requestError('OPERATION_RESOLUTION_FAILURE')] }]);
  },
);
