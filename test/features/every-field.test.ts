/**
 * Every field of every type that a query can reach, asked for by every role: data or a denial, and never an accident.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, type GraphQLSchema } from 'graphql';

import { ERRORS } from '../../schema/contract/errors.ts';
import { ROLES, type Role } from '../../schema/contract/principal.ts';
import {
  fieldAt,
  fieldsOf,
  queriesOfEveryType,
  type RootArguments,
  type TypeQuery,
} from '../kit/schema-walk.ts';
import { startCompany, type Asker, type TestCompany } from '../kit/start-company.ts';

const STAFF = Object.keys(ROLES).filter((role): role is Role => role !== 'customer');
const ASKERS: readonly Asker[] = [...STAFF, 'C-10001', 'nobody'];

/** An auditor is no customer, and what the walk comes upon was neither cancelled nor decided. */
const EMPTY_HERE = [
  'Query.me',
  'Invoice.cancels',
  'Invoice.cancelledBy',
  'Invoice.reason',
  'Deal.closedAt',
  'Order.cancellationReason',
];

/** What is not asked for where something that it needs is denied; then that is named. */
const NEEDS: ReadonlyMap<unknown, string> = new Map([
  ['Customer.mayBuyOnAccount', 'Customer.creditAvailable'],
]);

interface ClientError {
  readonly path: readonly (string | number)[];
  readonly extensions: { readonly code: string };
}

let company: TestCompany;
let schema: GraphQLSchema;
let queries: readonly TypeQuery[];

beforeAll(async () => {
  company = await startCompany();
  schema = buildClientSchema((await company.ask(getIntrospectionQuery())).data);
  queries = queriesOfEveryType(schema, await findRootArguments());
});
afterAll(async () => {
  await company?.stop();
});

test.each(ASKERS)('%s gets data or a denial of the field itself', async (as) => {
  for (const { text } of queries) {
    const { data, errors = [] } = await company.ask(`{ ${text} }`, { as });
    expect(data).toEqual(expect.any(Object));
    expect(errors).toEqual(errors.map(denialOf));
  }
});

test('the auditor, who may read all, finds a value in every field of what has one', async () => {
  const asked = new Set<string>();
  const found = new Set<string>();
  for (const { text } of queries) {
    const answer = await company.ask(`{ ${text} }`);
    for (const { field, isNull } of fieldsOf(schema, answer.data)) {
      asked.add(field);
      if (!isNull) found.add(field);
    }
  }
  expect(everyField().filter((field) => !asked.has(field))).toEqual([]);
  expect([...asked].filter((field) => !found.has(field))).toEqual(EMPTY_HERE);
});

/** A denial by the gateway or by the subgraph itself; of all items of a list, the gateway's stands at the list. */
function denialOf({ path, extensions }: ClientError) {
  if (extensions.code === 'FORBIDDEN_FIELD') return earlyDenialAt(path);
  const field = fieldAt(schema, path);
  return {
    message: ERRORS.FORBIDDEN.says,
    path,
    extensions: {
      code: 'FORBIDDEN',
      subgraph: expect.any(String),
      team: expect.any(String),
      retryable: false,
      requestId: expect.any(String),
      reason: expect.any(String),
      details: { field: NEEDS.get(field) ?? field, rule: expect.any(String) },
    },
  };
}

function earlyDenialAt(path: readonly (string | number)[]) {
  return {
    message: ERRORS.FORBIDDEN_FIELD.says,
    path,
    extensions: {
      code: 'FORBIDDEN_FIELD',
      subgraph: expect.any(String),
      team: expect.any(String),
      retryable: false,
      requestId: expect.any(String),
      details: { field: expect.stringMatching(/^\w+\.\w+$/), rule: expect.stringMatching(/^holds /) },
    },
  };
}

function everyField(): readonly string[] {
  return queries.flatMap(({ type }) => {
    const found = schema.getType(type);
    return found !== undefined && 'getFields' in found
      ? Object.keys(found.getFields()).map((field) => `${type}.${field}`)
      : [];
  });
}

/** Ids and numbers of things that fill every field, as far as one thing can. */
async function findRootArguments(): Promise<RootArguments> {
  const { data } = await company.ask(`{
    customer: customerByNumber(number: "C-10001") {
      id number cart { id } accountManager { id }
      contacts { nodes { id } } deals { nodes { id } } activities { nodes { id } }
      orders(status: SHIPPED) { nodes { id number shipments { id } } }
      invoices(status: PAID) { nodes { id number payments { id } journalEntry { id } } }
    }
    ledgerAccount: ledgerAccountByNumber(number: "1200") { id number }
    products(first: 1) { nodes { id slug variants { id sku } } }
  }`);
  const { customer, ledgerAccount, products } = data;
  const [order] = customer.orders.nodes;
  const [invoice] = customer.invoices.nodes;
  const [product] = products.nodes;
  const [variant] = product.variants;
  const id = (thing: { readonly id: string }) => `id: "${thing.id}"`;
  return {
    customer: id(customer),
    customerByNumber: `number: "${customer.number}"`,
    contact: id(customer.contacts.nodes[0]),
    deal: id(customer.deals.nodes[0]),
    activity: id(customer.activities.nodes[0]),
    employee: id(customer.accountManager),
    invoice: id(invoice),
    invoiceByNumber: `number: "${invoice.number}"`,
    payment: id(invoice.payments[0]),
    ledgerAccount: id(ledgerAccount),
    ledgerAccountByNumber: `number: "${ledgerAccount.number}"`,
    journalEntry: id(invoice.journalEntry),
    product: id(product),
    productBySlug: `slug: "${product.slug}"`,
    productVariant: id(variant),
    productVariantBySku: `sku: "${variant.sku}"`,
    order: id(order),
    orderByNumber: `number: "${order.number}"`,
    cart: id(customer.cart),
    shipment: id(order.shipments[0]),
  };
}
