/**
 * What a subgraph provides on one way is taken from it there, and from the owner everywhere else.
 */

import { federate, type Federation } from '../kit/federation.ts';
import { owners } from './owners.subgraph.ts';
import { reviewing } from './reviewing.subgraph.ts';

let graph: Federation;

beforeAll(async () => {
  graph = await federate({ subgraphs: [owners, reviewing] });
});

const asked = () => graph.takeAsked().map(({ subgraph }) => subgraph);

test('provided fields of a union’s types come without a second call', async () => {
  graph.takeAsked();
  const query = '{ reviews { about { ... on Book { title } ... on Film { title } } } }';
  expect((await graph.compiled(query)).data).toEqual({
    reviews: [{ about: { title: 'NOTES' } }, { about: { title: 'REELS' } }],
  });
  expect(asked()).toEqual(['reviewing']);
});

test('the same fields on a way that provides nothing come from their owner', async () => {
  graph.takeAsked();
  const query = '{ reviews { plainAbout { ... on Book { title } ... on Film { title } } } }';
  expect((await graph.compiled(query)).data).toEqual({
    reviews: [{ plainAbout: { title: 'Notes' } }, { plainAbout: { title: 'Reels' } }],
  });
  expect(asked()).toEqual(['reviewing', 'owners']);
});

test('a provided field and one that is not stand in one nested object', async () => {
  const query = '{ reviews { writer { home { town street } } about { ... on Book { title pages } } } }';
  expect((await graph.compiled(query)).data).toEqual({
    reviews: [
      { writer: { home: { town: 'ROME', street: 'Main' } }, about: { title: 'NOTES', pages: 64 } },
      { writer: { home: { town: 'OSLO', street: 'Main' } }, about: {} },
    ],
  });
});

test('what is provided three levels deep comes without a second call, and what stands beside it from the owner', async () => {
  graph.takeAsked();
  const provided = 'home { town country { head { name } } }';
  expect((await graph.compiled(`{ reviews { reader { ${provided} } } }`)).data).toEqual({
    reviews: ['ROME', 'OSLO'].map((town) => ({
      reader: { home: { town, country: { head: { name: 'PRESIDENT' } } } },
    })),
  });
  expect(asked()).toEqual(['reviewing']);
  const query = '{ reviews { reader { home { country { name head { name since } } } } } }';
  expect((await graph.compiled(query)).data).toEqual({
    reviews: ['r1', 'r2'].map(() => ({
      reader: { home: { country: { name: 'Land', head: { name: 'PRESIDENT', since: 1999 } } } },
    })),
  });
  expect(asked()).toEqual(['reviewing', 'owners']);
});
