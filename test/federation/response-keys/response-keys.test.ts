/**
 * One name in the answer may stand for different fields of objects that came by different ways (GraphQL, 5.3.2): each
 * object has its own, also where another subgraph is asked for them all.
 */

import { isRecord } from '../../../gateway/base/is-record.ts';
import { federate, type Federation } from '../kit/federation.ts';
import { atlas } from './atlas.subgraph.ts';
import { sent } from './data.ts';
import { post } from './post.subgraph.ts';

let company: Federation;

beforeAll(async () => {
  company = await federate({ subgraphs: [post, atlas], truth: { sent: () => sent } });
});

async function sentOf(query: string, variables = {}): Promise<unknown> {
  const { data } = await company.agreed(query, variables);
  return isRecord(data) ? data['sent'] : data;
}

test('a name stands for one field below letters and for another below parcels', async () => {
  const query = '{ sent { ... on Letter { to { label: town } } ... on Parcel { to { label: street } } } }';
  expect(await sentOf(query)).toEqual([
    { to: { label: 'Gent' } },
    { to: { label: 'Gate' } },
    { to: { label: 'Kaai' } },
  ]);
});

test('a name stands for one field with different arguments, also by variables', async () => {
  const query = `query ($near: Int!, $far: Int!) {
    sent { ... on Letter { to { distance(from: $near) } } ... on Parcel { to { distance(from: $far) } } }
  }`;
  expect(await sentOf(query, { near: 1, far: 5 })).toEqual([
    { to: { distance: 9 } },
    { to: { distance: 15 } },
    { to: { distance: 5 } },
  ]);
});

test('fragments may ask for the same again', async () => {
  const query = `{ sent { ...L ... on Letter { to { label: town } } ... on Parcel { to { town: street ...P label: street } } } }
    fragment L on Letter { to { label: town } }
    fragment P on Place { label: street }`;
  expect(await sentOf(query)).toEqual([
    { to: { label: 'Gent' } },
    { to: { town: 'Gate', label: 'Gate' } },
    { to: { town: 'Kaai', label: 'Kaai' } },
  ]);
});

test('a key that looks like one of the plan’s is told apart too', async () => {
  const query = `{ sent {
    ... on Letter { to { id: town town__client: street } }
    ... on Parcel { to { town__client: town town__client2: street } }
  } }`;
  expect(await sentOf(query)).toEqual([
    { to: { id: 'Gent', town__client: 'Kaai' } },
    { to: { town__client: 'Oslo', town__client2: 'Gate' } },
    { to: { town__client: 'Gent', town__client2: 'Kaai' } },
  ]);
});
