/**
 * The things by which the matrix is executed: those of one customer, found by asking as an auditor, another
 * customer's, and some that do not exist. Knows the demo data's first customer and the root fields' arguments.
 */

import { isRecord } from '../../gateway/base/is-record.ts';
import { globalIdOf, type KeyedType } from '../../subgraphs/kit/global-id.ts';
import { SHOWCASE_NUMBER } from '../seed/showcase.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';
import { principalOf, type Whose } from './asker.ts';
import { SHAPES } from './find-ways.ts';
import type { ServedCompany } from './serve-company.ts';

/** `missing`: what nobody has. */
export type World = Whose | 'missing';

export interface Things {
  /** By root field: its arguments as text. */
  readonly lookups: Readonly<Record<string, string>>;
  readonly ids: Readonly<Record<string, string>>;
  /** By system and type, such as `shop Order`: the reference by which the gateway would ask for it. */
  readonly references: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export type ThingsOf = Readonly<Record<World, Things>>;

const WHAT = `id number cart { id } accountManager { id }
  contacts { nodes { id } } deals { nodes { id } } activities { nodes { id } }
  orders(status: SHIPPED) { nodes { id number shipments { id } lines { variant { id sku product { id slug } } } } }
  invoices(status: PAID) { nodes { id number payments { id } journalEntry { id } } }`;

interface FoundCompany {
  readonly customers: { readonly nodes: readonly FoundCustomer[] };
  readonly ledgerAccountByNumber: Node;
}

interface Node {
  readonly id: string;
  readonly number: string;
}

interface FoundCustomer extends Node {
  readonly cart: Node | null;
  readonly accountManager: Node | null;
  readonly contacts: { readonly nodes: readonly Node[] };
  readonly deals: { readonly nodes: readonly Node[] };
  readonly activities: { readonly nodes: readonly Node[] };
  readonly orders: { readonly nodes: readonly FoundOrder[] };
  readonly invoices: { readonly nodes: readonly FoundInvoice[] } | null;
}

interface FoundOrder extends Node {
  readonly shipments: readonly Node[];
  readonly lines: readonly { readonly variant: FoundVariant | null }[];
}

interface FoundVariant {
  readonly id: string;
  readonly sku: string;
  readonly product: { readonly id: string; readonly slug: string };
}

interface FoundInvoice extends Node {
  readonly payments: readonly Node[];
  readonly journalEntry: Node | null;
}

/** Throws when the demo data has no two customers who have everything. */
export async function findThings(company: ServedCompany): Promise<ThingsOf> {
  const auditor = principalOf('auditor');
  const { data, errors } = await company.ask(auditor, {
    query: `{ customers(first: 100) { nodes { ${WHAT} } } ledgerAccountByNumber(number: "1200") { id } }`,
  });
  if (errors !== undefined) throw new Error(`the demo data cannot be read: ${JSON.stringify(errors[0])}`);
  // Reason for the cast: the query above selects these.
  const { customers, ledgerAccountByNumber } = data as unknown as FoundCompany;
  const isOwn = ({ number }: FoundCustomer) => number === SHOWCASE_NUMBER;
  const partsOfAny = (found: readonly FoundCustomer[]) =>
    found.map((customer) => partsOf(customer, ledgerAccountByNumber.id)).find((parts) => parts !== undefined);
  const ofOwn = partsOfAny(customers.nodes.filter(isOwn));
  const ofOther = partsOfAny(customers.nodes.filter((customer) => !isOwn(customer)));
  if (ofOwn === undefined || ofOther === undefined)
    throw new Error('the demo data has no two customers who have everything');
  return {
    own: await thingsOf(company, ofOwn),
    other: await thingsOf(company, ofOther),
    missing: {
      ...withoutReferences(MISSING),
      references: missingReferences(await thingsOf(company, ofOther)),
    },
  };
}

interface Parts {
  readonly ids: Readonly<Record<KeyedType, string>>;
  readonly numbers: Readonly<Record<string, string>>;
}

function partsOf(customer: FoundCustomer, ledgerAccount: string): Parts | undefined {
  const order = customer.orders.nodes.find(({ shipments }) => shipments.length > 0);
  const variant = order?.lines.find((line) => line.variant !== null)?.variant;
  const invoice = customer.invoices?.nodes.find(({ payments }) => payments.length > 0);
  const [payment] = invoice?.payments ?? [];
  const [contact] = customer.contacts.nodes;
  const [deal] = customer.deals.nodes;
  const [activity] = customer.activities.nodes;
  const { cart, accountManager } = customer;
  const [shipment] = order?.shipments ?? [];
  if (!order || !variant || !invoice?.journalEntry || !payment || !contact || !deal || !activity)
    return undefined;
  if (!cart || !accountManager || !shipment) return undefined;
  const { product } = variant;
  const things = {
    Customer: customer,
    Contact: contact,
    Employee: accountManager,
    Deal: deal,
    Activity: activity,
  };
  const others = { Invoice: invoice, Payment: payment, JournalEntry: invoice.journalEntry, Product: product };
  const more = { ProductVariant: variant, Order: order, Cart: cart, Shipment: shipment };
  const entries = Object.entries({ ...things, ...others, ...more }).map(([type, { id }]) => [type, id]);
  return {
    // Reason for the cast: Object.fromEntries forgets the names.
    ids: { ...Object.fromEntries(entries), LedgerAccount: ledgerAccount } as Parts['ids'],
    numbers: {
      customer: customer.number,
      invoice: invoice.number,
      order: order.number,
      ledgerAccount: '1200',
      slug: product.slug,
      sku: variant.sku,
    },
  };
}

const MISSING: Parts = {
  // Reason for the cast: one for each type, as below.
  ids: Object.fromEntries(
    Object.values(SHAPES)
      .flatMap(({ entities }) => entities)
      // Reason for the cast: every entity has a prefix.
      .map((type) => [type, globalIdOf(type as KeyedType, 'nobody has this')]),
  ) as Parts['ids'],
  numbers: {
    customer: 'C-99999999',
    invoice: 'R-1999-000001',
    order: 'B-1999-000001',
    ledgerAccount: '99999999',
    slug: 'no-such-thing',
    sku: 'NO-SUCH-THING',
  },
};

function withoutReferences({ ids, numbers }: Parts): Omit<Things, 'references'> {
  const byId = Object.entries(ids).map(([type, id]): [string, string] => [
    `${type.charAt(0).toLowerCase()}${type.slice(1)}`,
    `id: ${JSON.stringify(id)}`,
  ]);
  const by = (argument: string, name: string) => `${argument}: ${JSON.stringify(numbers[name])}`;
  return {
    ids,
    lookups: {
      ...Object.fromEntries(byId),
      customerByNumber: by('number', 'customer'),
      invoiceByNumber: by('number', 'invoice'),
      orderByNumber: by('number', 'order'),
      ledgerAccountByNumber: by('number', 'ledgerAccount'),
      productBySlug: by('slug', 'slug'),
      productVariantBySku: by('sku', 'sku'),
    },
  };
}

/** References as the gateway would write them: the key, and what other systems own of it. */
async function thingsOf(company: ServedCompany, parts: Parts): Promise<Things> {
  const things = withoutReferences(parts);
  const references: Record<string, Record<string, unknown>> = {};
  for (const system of SYSTEM_NAMES)
    for (const type of SHAPES[system].entities) {
      const brought = SHAPES[system].brought[type] ?? [];
      const selection = ['id', ...brought.map((field) => `${field.name} ${field.selection}`)].join(' ');
      const root = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
      const query = `{ it: ${root}(${things.lookups[root] ?? ''}) { ${selection} } }`;
      const { data } = await company.ask(principalOf('auditor'), { query });
      const it = data?.['it'];
      references[`${system} ${type}`] = { __typename: type, ...(isRecord(it) ? it : {}) };
    }
  return { ...things, references };
}

function missingReferences({ references }: Things): Things['references'] {
  return Object.fromEntries(
    Object.entries(references).map(([name, reference]) => {
      const [, type = ''] = name.split(' ');
      // Reason for the cast: every entity has a prefix.
      return [name, { ...reference, id: MISSING.ids[type as KeyedType] }];
    }),
  );
}
