/**
 * Two customers who try each other's ids in every way get what they would get for ids that nobody has: the same data,
 * the same errors, the same shape. SEED and ROUNDS of the environment vary what is tried.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, type GraphQLSchema } from 'graphql';

import { scopesOfRoles, type Principal } from '../../schema/contract/principal.ts';
import { OWNERSHIP, type SystemName } from '../../schema/ownership.ts';
import { parseCursor, printCursor } from '../../subgraphs/kit/cursor.ts';
import { ALL_STEPS, SHAPES } from '../../tools/access/find-ways.ts';
import { findThings, type Things, type ThingsOf } from '../../tools/access/find-things.ts';
import { prepareMutation } from '../../tools/access/mutation-attempts.ts';
import { bareSchema, linesOf, POLICIES } from '../../tools/access/policy.ts';
import { literalOf } from '../../tools/access/read-cells.ts';
import { serveCompany, type Answer, type ServedCompany } from '../../tools/access/serve-company.ts';
import { tellingOf } from '../kit/compare-answers.ts';
import { freshCompany } from '../kit/company-databases.ts';
import { seededRandom, type Random } from '../kit/generate-query.ts';
import { randomSelection } from '../kit/random-selection.ts';
import { SEED } from '../kit/seed.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 20);

/** What belongs to a customer or is about one. */
const THEIRS = [
  'Customer',
  'Contact',
  'Deal',
  'Activity',
  'Order',
  'Cart',
  'Shipment',
  'Invoice',
  'Payment',
  'JournalEntry',
];
const PAIRS = [
  ['own', 'other'],
  ['other', 'own'],
] as const;
type Side = (typeof PAIRS)[number][number];

let databases: Awaited<ReturnType<typeof freshCompany>>;
let company: ServedCompany;
let things: ThingsOf;
let schema: GraphQLSchema;

beforeAll(async () => {
  databases = await freshCompany();
  const { crm, accounting, shop } = databases;
  const databaseUrls = { crm: crm.runtime, accounting: accounting.runtime, shop: shop.runtime };
  company = await serveCompany({ databaseUrls });
  things = await findThings(company);
  const { data } = await company.ask(customerOf('own'), { query: getIntrospectionQuery() });
  // Reason for the cast: what an introspection query gives is one.
  schema = buildClientSchema(data as never);
});
afterAll(async () => {
  await company?.stop();
  for (const { drop } of Object.values(databases ?? {})) await drop();
});

test.each(PAIRS)(
  `the gateway answers for another’s ids as for ids of nobody (%s asks for %s, SEED=${SEED}, ROUNDS=${ROUNDS})`,
  async (asker, victim) => {
    const random = seededRandom(SEED);
    const lookups = ALL_STEPS.filter(
      ({ from, to, isLookup }) => from === 'Query' && isLookup && THEIRS.includes(to),
    );
    expect(lookups.length).toBeGreaterThan(12);
    for (let round = 0; round < ROUNDS; round++) {
      const parts = lookups.map(({ field, to }, index) => ({
        field,
        text: (arguments_: string) =>
          `f${index}: ${field}(${arguments_}) { ${randomSelection(schema, seededRandom(SEED + round * 100 + index), to, depthOf(random))} }`,
      }));
      const textOf = (of: Things) =>
        `{ ${parts.map(({ field, text }) => text(of.lookups[field] ?? '')).join(' ')} }`;
      await expectSame(asker, victim, (of, ask) => ask(textOf(of)));
      // Else the question would be one to which nobody gets an answer.
      const query = textOf(things[victim]);
      const theirs = await company.ask(customerOf(victim), { query });
      const ours = await company.ask(customerOf(asker), { query });
      expect(theirs.data).not.toEqual(ours.data);
    }
  },
  120_000,
);

test.each(PAIRS)(
  `each subgraph answers for another’s references as for those of nobody (%s asks for %s, SEED=${SEED})`,
  async (asker, victim) => {
    const random = seededRandom(SEED);
    let tried = 0;
    for (const system of systems()) {
      const own = bareSchema(system);
      for (const type of SHAPES[system].entities.filter((name) => THEIRS.includes(name)))
        for (let round = 0; round < ROUNDS; round++) {
          const selection = randomSelection(own, random, type, depthOf(random));
          await expectSame(asker, victim, (of, _ask, askSubgraph) => {
            const reference = literalOf(of.references[`${system} ${type}`]);
            const query = `{ _entities(representations: [${reference}]) { ... on ${type} { ${selection} } } }`;
            return askSubgraph(system, { query });
          });
          tried++;
        }
    }
    expect(tried).toBeGreaterThan(12 * ROUNDS);
  },
  120_000,
);

test.each(PAIRS)('lists cannot be narrowed to another (%s asks for %s)', async (asker, victim) => {
  for (const [list, argument] of [
    ['orders', 'customerId'],
    ['invoices', 'customerId'],
    ['deals', 'customerId'],
  ])
    await expectSame(asker, victim, (of, ask) =>
      ask(`{ ${list}(filter: { ${argument}: "${of.ids['Customer']}" }) { nodes { id } totalCount } }`),
    );
});

test.each(PAIRS)(
  'a cursor of another’s page gives one’s own rows, as one of nobody would (%s asks with that of %s)',
  async (asker, victim) => {
    for (const list of ['orders', 'invoices']) {
      const mine = await rowsOf(asker, list);
      const theirs = await rowsOf(victim, list);
      expect(Math.min(mine.length, theirs.length)).toBeGreaterThan(0);
      for (const { cursor } of theirs) {
        // Reason for the cast: a cursor of ours begins with its order.
        const order = JSON.parse(Buffer.from(cursor, 'base64url').toString())[0] as string;
        const { value } = parseCursor(cursor, order, 'after');
        const ofNobody = printCursor({
          order,
          value,
          id: things.missing.ids[list === 'orders' ? 'Order' : 'Invoice']!,
        });
        const rows = await rowsOf(asker, list, cursor);
        expect(rows).toEqual(await rowsOf(asker, list, ofNobody));
        expect(mine.map(({ node }) => node.id)).toEqual(
          expect.arrayContaining(rows.map(({ node }) => node.id)),
        );
      }
    }
  },
);

test.each(PAIRS)(
  'mutations of what is another’s are answered as for nobody, and change nothing (%s tries that of %s)',
  async (asker, victim) => {
    const before = await stateOf(victim);
    const mutations = linesOf(POLICIES).filter(({ type }) => type === 'Mutation');
    for (const { system, field } of mutations) {
      const input = field === 'cancelOrder' || field === 'shipOrder' ? orderInput(field, victim) : undefined;
      const theirs = input ?? (await prepareMutation(field, things[victim], company));
      // Reason for the cast: it is the same with other ids.
      const nobodys = JSON.parse(renamed(JSON.stringify(theirs), things[victim])) as typeof theirs;
      const payload = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
      const query = `mutation ($input: ${payload}Input!) { ${field}(input: $input) { __typename } }`;
      const after = await stateOf(victim);
      for (const ask of [
        (variables: object) => company.ask(customerOf(asker), { query, variables: { input: variables } }),
        (variables: object) =>
          company.askSubgraph(system, customerOf(asker), { query, variables: { input: variables } }),
      ]) {
        const [answer, expected] = [await ask(theirs), await ask(nobodys)];
        expect({ field, told: telling(answer, victim) }).toEqual({ field, told: telling(expected, victim) });
        expect(answer.data?.[field] ?? null).toBeNull();
      }
      expect(await stateOf(victim)).toEqual(after);
    }
    // Preparing has filled the victim's cart; nothing else of theirs has changed.
    expect((await stateOf(victim)).orders).toEqual(before.orders);
  },
  60_000,
);

type AskGateway = (query: string) => Promise<Answer>;
type AskSubgraph = (system: SystemName, question: { readonly query: string }) => Promise<Answer>;

async function expectSame(
  asker: Side,
  victim: Side,
  ask: (of: Things, gateway: AskGateway, subgraph: AskSubgraph) => Promise<Answer>,
): Promise<void> {
  let asked = '';
  const gateway: AskGateway = (query) => {
    asked = query;
    return company.ask(customerOf(asker), { query });
  };
  const subgraph: AskSubgraph = (system, question) => {
    asked = question.query;
    return company.askSubgraph(system, customerOf(asker), question);
  };
  const expected = await ask(nobodysLike(things[victim]), gateway, subgraph);
  const answer = await ask(things[victim], gateway, subgraph);
  expect({ asked, told: telling(answer, victim) }).toEqual({ asked, told: telling(expected, victim) });
}

/** The victim's references with ids of nobody: what other systems bring along is in both. */
function nobodysLike(victim: Things): Things {
  const references = Object.entries(victim.references).map(([name, reference]) => [
    name,
    { ...reference, id: things.missing.references[name]?.['id'] },
  ]);
  return { ...things.missing, references: Object.fromEntries(references) };
}

function telling(answer: Answer, victim: Side): unknown {
  const { ids } = things[victim];
  return tellingOf(
    answer,
    new Map(Object.entries(ids).map(([type, id]) => [id, things.missing.ids[type] ?? ''])),
  );
}

function renamed(text: string, { ids }: Things): string {
  return Object.entries(ids).reduce(
    (all, [type, id]) => (THEIRS.includes(type) ? all.replaceAll(id, things.missing.ids[type] ?? '') : all),
    text,
  );
}

function orderInput(field: 'cancelOrder' | 'shipOrder', victim: Side) {
  const orderId = things[victim].ids['Order'];
  return field === 'cancelOrder'
    ? { orderId, expectedVersion: 1, reason: 'To try' }
    : { orderId, carrier: 'X' };
}

interface Row {
  readonly cursor: string;
  readonly node: { readonly id: string };
}

async function rowsOf(side: Side, list: string, after?: string): Promise<readonly Row[]> {
  const paging = after === undefined ? '' : `, after: "${after}"`;
  const query = `{ me { list: ${list}(first: 5${paging}) { edges { cursor node { id } } } } }`;
  const { data, errors } = await company.ask(customerOf(side), { query });
  expect(errors).toBeUndefined();
  // Reason for the cast: the query selects these.
  return (data as { me: { list: { edges: readonly Row[] } } }).me.list.edges;
}

async function stateOf(side: Side) {
  const query = `{ me { orders(first: 100) { nodes { id status version } } cart { lines { quantity } updatedAt } } }`;
  const { data } = await company.ask(customerOf(side), { query });
  // Reason for the cast: the query selects these.
  return (data as { me: { orders: unknown; cart: unknown } }).me;
}

function customerOf(side: Side): Principal {
  const customerId = things?.[side].ids['Customer'];
  const principal = { subject: side, roles: ['customer'], scopes: scopesOfRoles(['customer']) };
  return customerId === undefined ? principal : { ...principal, customerId };
}

function depthOf(random: Random): number {
  return 1 + Math.floor(random() * 3);
}

function systems(): readonly SystemName[] {
  // Reason for the cast: Object.keys forgets the names.
  return Object.keys(OWNERSHIP) as readonly SystemName[];
}
