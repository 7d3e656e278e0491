/**
 * Principals who ask the same at the same moment are answered each for themselves, also where identical calls to a
 * subgraph are joined: nobody gets an answer, a loaded row or a cached part of somebody else.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Principal } from '../../schema/contract/principal.ts';
import { SHOWCASE_ID, SHOWCASE_NUMBER } from '../../tools/seed/showcase.ts';
import { ASKERS, principalOf } from '../../tools/access/asker.ts';
import { findThings, type ThingsOf } from '../../tools/access/find-things.ts';
import { serveCompany, type ServedCompany } from '../../tools/access/serve-company.ts';
import { tellingOf } from '../kit/compare-answers.ts';
import { freshCompany } from '../kit/company-databases.ts';
import { seededRandom } from '../kit/generate-query.ts';
import { SEED } from '../kit/seed.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 12);
const AT_ONCE = 48;

/** What is each one's own, what only some may see, and one thing that several systems answer for. */
const QUERIES = [
  '{ me { id number name email orders(first: 3) { nodes { id number } } invoices(first: 3) { nodes { number } } } }',
  '{ me { cart { id lines { quantity } } receivable { amount } mayBuyOnAccount } }',
  `{ customerByNumber(number: "${SHOWCASE_NUMBER}") { name internalNotes creditLimit { amount } deals { nodes { title } } } }`,
  `{ customer(id: "${SHOWCASE_ID}") { name email orders(first: 2) { nodes { number billingStatus lines { variant { sku purchasePrice { amount } } } } } } }`,
];

let databases: Awaited<ReturnType<typeof freshCompany>>;
let company: ServedCompany;
let things: ThingsOf;
let statements = 0;

beforeAll(async () => {
  databases = await freshCompany();
  const { crm, accounting, shop } = databases;
  company = await serveCompany({
    databaseUrls: { crm: crm.runtime, accounting: accounting.runtime, shop: shop.runtime },
    subgraphDefaults: { deduplicate: true },
    onStatement: () => {
      statements++;
    },
  });
  things = await findThings(company);
});
afterAll(async () => {
  await company?.stop();
  for (const { drop } of Object.values(databases ?? {})) await drop();
});

test(`through the gateway, with identical calls joined (SEED=${SEED}, ROUNDS=${ROUNDS})`, async () => {
  await expectOwnAnswers((principal, query) => company.ask(principal, { query }), QUERIES);
});

test(`at one subgraph (SEED=${SEED}, ROUNDS=${ROUNDS})`, async () => {
  const ids = [things.own, things.other].map(({ ids: { Customer } }) => Customer ?? '');
  const references = ids.map((id) => `{ __typename: "Customer", id: "${id}" }`).join(' ');
  const selection = '... on Customer { orders(first: 2) { nodes { number } } cart { id } }';
  const query = `{ _entities(representations: [${references}]) { __typename ${selection} } }`;
  await expectOwnAnswers(
    (principal, text) => company.askSubgraph('shop', principal, { query: text }),
    [query],
  );
});

test('identical calls of one principal at one moment are indeed joined', async () => {
  const [query = ''] = QUERIES;
  const customer = principalOf('customer');
  const countOf = async (asking: () => Promise<unknown>) => {
    statements = 0;
    await asking();
    return statements;
  };
  const once = await countOf(() => company.ask(customer, { query }));
  const atOnce = await countOf(() =>
    Promise.all(Array.from({ length: AT_ONCE }, () => company.ask(customer, { query }))),
  );
  expect(once).toBeGreaterThan(0);
  expect(atOnce).toBeLessThan((AT_ONCE * once) / 2);
});

type Ask = (principal: Principal, query: string) => ReturnType<ServedCompany['ask']>;

/** What each gets when nobody else asks is what each must get when all do. */
async function expectOwnAnswers(ask: Ask, queries: readonly string[]): Promise<void> {
  const random = seededRandom(SEED);
  const principals = askers();
  const alone = new Map<string, unknown>();
  for (const principal of principals)
    for (const query of queries) alone.set(nameOf(principal, query), tellingOf(await ask(principal, query)));
  // Else a mix-up would not show.
  for (const query of queries)
    expect(
      new Set(principals.map((each) => JSON.stringify(alone.get(nameOf(each, query))))).size,
    ).toBeGreaterThan(2);
  for (let round = 0; round < ROUNDS; round++) {
    const query = queries[round % queries.length]!;
    const asking = Array.from(
      { length: AT_ONCE },
      () => principals[Math.floor(random() * principals.length)]!,
    );
    const answers = await Promise.all(asking.map((principal) => ask(principal, query)));
    answers.forEach((answer, index) => {
      const principal = asking[index]!;
      expect({ principal, told: tellingOf(answer) }).toEqual({
        principal,
        told: alone.get(nameOf(principal, query)),
      });
    });
  }
}

function askers(): readonly Principal[] {
  const customer = principalOf('customer');
  const other = { ...customer, customerId: things.other.ids['Customer'] ?? '' };
  return [
    ...ASKERS.map(principalOf),
    { ...other, subject: 'another customer' },
    { ...other, subject: customer.subject },
  ];
}

function nameOf(principal: Principal, query: string): string {
  return JSON.stringify([principal, query]);
}
