/**
 * How each mutation is tried: with an input that it accepts, made ready anew where the mutation uses it up; and by what
 * something happens that a subscription tells. Asks as roles that may. Knows the reference company's mutations;
 * `execute-mutations.ts` and `execute-subscriptions.ts` run them.
 */

import { isRecord } from '../../gateway/base/is-record.ts';
import { principalOf, type Asker } from './asker.ts';
import type { Things } from './find-things.ts';
import type { ServedCompany } from './serve-company.ts';

export type MutationInput = Readonly<Record<string, unknown>>;

interface Workshop {
  readonly ids: Things['ids'];
  /** The one object that the text selects; throws when there is an error. */
  readonly get: (
    as: Asker,
    query: string,
    input?: MutationInput,
  ) => Promise<Readonly<Record<string, unknown>>>;
}

const ADDRESS = { street: 'Hafenweg 1', postalCode: '20457', city: 'Hamburg', country: 'DE' };
const EUROS = { amount: '10.00', currency: 'EUR' };

type Prepare = (workshop: Workshop) => Promise<MutationInput>;

/** By mutation. A mutation of the schema that is not here stops the matrix. */
const PREPARATIONS: Readonly<Record<string, Prepare>> = {
  createCustomer: async () => ({ kind: 'COMPANY', name: 'Matrix Ltd.' }),
  updateCustomer: async ({ ids, get }) => ({
    id: ids['Customer'],
    expectedVersion: (await get('sales', `{ customer(id: "${ids['Customer']}") { version } }`))['version'],
    phone: '+49 40 1234',
  }),
  logActivity: async ({ ids }) => ({ customerId: ids['Customer'], kind: 'NOTE', subject: 'For the matrix' }),
  moveDeal: prepareDeal,
  issueInvoice: async ({ ids }) => invoiceFor(ids),
  recordPayment: async (workshop) => ({
    invoiceId: await makeInvoice(workshop),
    amount: { amount: '1.00', currency: 'EUR' },
    method: 'BANK_TRANSFER',
  }),
  setCreditLimit: async ({ ids, get }) => ({
    customerId: ids['Customer'],
    creditLimit: { amount: '25000.00', currency: 'EUR' },
    expectedVersion: (await get('finance', `{ customer(id: "${ids['Customer']}") { creditVersion } }`))[
      'creditVersion'
    ],
  }),
  cancelInvoice: async (workshop) => ({ invoiceId: await makeInvoice(workshop), reason: 'For the matrix' }),
  setCartLine: async ({ ids }) => cartLineFor(ids),
  placeOrder: async (workshop) => {
    await fillCart(workshop);
    return { customerId: workshop.ids['Customer'], shippingAddress: ADDRESS };
  },
  cancelOrder: async (workshop) => ({
    orderId: await makeOrder(workshop),
    expectedVersion: 1,
    reason: 'For the matrix',
  }),
  shipOrder: async (workshop) => ({ orderId: await makeOrder(workshop), carrier: 'Matrix Parcels' }),
  adjustStock: async ({ ids }) => ({
    variantId: ids['ProductVariant'],
    change: 1,
    reason: 'For the matrix',
  }),
};

/** By subscription: changes what it is about, and gives the id of that. Likewise. */
const CHANGES: Readonly<Record<string, (workshop: Workshop) => Promise<string>>> = {
  orderChanged: makeOrder,
  invoiceChanged: makeInvoice,
  stockChanged: async (workshop) => {
    await addStock(workshop);
    return workshop.ids['ProductVariant'] ?? '';
  },
};

/** Throws when the mutation is not known here, or cannot be made ready. */
export async function prepareMutation(
  mutation: string,
  things: Things,
  company: ServedCompany,
): Promise<MutationInput> {
  return known(PREPARATIONS, mutation)(workshopOf(things, company));
}

/** Throws when the subscription is not known here, or nothing can be changed. */
export async function causeChange(
  subscription: string,
  things: Things,
  company: ServedCompany,
): Promise<string> {
  return known(CHANGES, subscription)(workshopOf(things, company));
}

function known<Way>(ways: Readonly<Record<string, Way>>, field: string): Way {
  const way = ways[field];
  if (way !== undefined) return way;
  throw new Error(`tools/access/mutation-attempts.ts does not say how to try ${field}`);
}

function workshopOf({ ids }: Things, company: ServedCompany): Workshop {
  const get: Workshop['get'] = async (as, query, input) => {
    const question = input === undefined ? { query } : { query, variables: { input } };
    const { data, errors } = await company.ask(principalOf(as), question);
    if (errors !== undefined) throw new Error(`${query}: ${JSON.stringify(errors[0])}`);
    const [found] = Object.values(data ?? {});
    if (!isRecord(found)) throw new Error(`${query}: nothing was found`);
    return found;
  };
  return { ids, get };
}

async function prepareDeal({ ids, get }: Workshop): Promise<MutationInput> {
  const { version, stage } = await get('sales', `{ deal(id: "${ids['Deal']}") { version stage } }`);
  return {
    id: ids['Deal'],
    expectedVersion: version,
    stage: stage === 'PROPOSAL' ? 'NEGOTIATION' : 'PROPOSAL',
  };
}

function invoiceFor(ids: Things['ids']): MutationInput {
  const line = { description: 'For the matrix', quantity: 1, unitPrice: EUROS, taxRate: '0.19' };
  return { customerId: ids['Customer'], lines: [line] };
}

async function makeInvoice({ ids, get }: Workshop): Promise<string> {
  const text = 'mutation ($input: IssueInvoiceInput!) { issueInvoice(input: $input) { invoice { id } } }';
  return idOf((await get('finance', text, invoiceFor(ids)))['invoice']);
}

function cartLineFor(ids: Things['ids']): MutationInput {
  return { customerId: ids['Customer'], variantId: ids['ProductVariant'], quantity: 1 };
}

async function addStock({ ids, get }: Workshop): Promise<void> {
  const stock = { variantId: ids['ProductVariant'], change: 1, reason: 'For the matrix' };
  await get(
    'warehouse',
    'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { __typename } }',
    stock,
  );
}

async function fillCart(workshop: Workshop): Promise<void> {
  const { ids, get } = workshop;
  await addStock(workshop);
  const text = 'mutation ($input: SetCartLineInput!) { setCartLine(input: $input) { __typename } }';
  await get('sales', text, cartLineFor(ids));
}

async function makeOrder(workshop: Workshop): Promise<string> {
  await fillCart(workshop);
  const text = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } } }';
  const input = { customerId: workshop.ids['Customer'], shippingAddress: ADDRESS };
  return idOf((await workshop.get('commerce', text, input))['order']);
}

function idOf(thing: unknown): string {
  if (isRecord(thing) && typeof thing['id'] === 'string') return thing['id'];
  throw new Error('what was made has no id');
}
