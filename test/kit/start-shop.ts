/**
 * The shop's subgraph over the small shop, and what tests of its mutations do again and again. Each test makes
 * customers and articles of its own, so that none depends on another.
 */

import { expect } from '@jest/globals';
import pg from 'pg';

import { ERRORS, type ErrorCode } from '../../schema/contract/errors.ts';
import type { Principal } from '../../schema/contract/principal.ts';
import { customerIdOf } from '../../subgraphs/kit/global-id.ts';
import { shop } from '../../subgraphs/shop/subgraph.ts';
import { freshDatabase } from './company-databases.ts';
import { fillShop, POUF, runAs, variantIdOf } from './small-shop.ts';
import {
  principalWith,
  startSubgraph,
  type AccessSettings,
  type Answer,
  type TestSubgraph,
} from './start-subgraph.ts';

export const ADDRESS = { street: 'Lange Straße 1', postalCode: '10115', city: 'Berlin', country: 'DE' };

export interface NewArticle {
  readonly onHand: number;
  readonly reserved?: number;
  readonly priceMinor?: number;
}

export interface Cancelling {
  readonly expectedVersion: number;
  readonly as?: Principal;
}

export type TestShop = Awaited<ReturnType<typeof startShop>>;

export async function startShop(access: AccessSettings = {}) {
  const database = await freshDatabase('shop', 'empty');
  await fillShop(database.owner);
  const subgraph = await startSubgraph(shop, database.runtime, access);
  const shelf = shelfOf(database.owner);
  const orders = ordersOf(subgraph);
  return {
    url: subgraph.url,
    ask: subgraph.ask,
    prove: subgraph.prove,
    databaseUrls: database,
    takeStatements: subgraph.takeStatements,
    runAsOwner: (statement: string) => runAs(database.owner, statement),
    runAsRuntime: (statement: string) => runAs(database.runtime, statement),
    ...shelf,
    ...orders,
    /** A new customer with the article in the cart. */
    customerWith: async (number: string, variantId: string, quantity: number): Promise<string> => {
      const customerId = await shelf.addCustomer(number);
      const answer = await orders.setCartLine(customerId, variantId, quantity);
      expect(answer.errors).toBeUndefined();
      return customerId;
    },
    stop: () => subgraph.stop().then(() => database.drop()),
  };
}

/** A whole error at a root field, as a subgraph must send it. */
export function errorAt(field: string, code: ErrorCode, facts: object): unknown {
  return {
    message: ERRORS[code].says,
    locations: expect.any(Array),
    path: [field],
    extensions: { code, ...facts },
  };
}

/** What became of each: `done`, or the code of the error; sorted. */
export function outcomesOf(answers: readonly Answer[]): readonly string[] {
  return answers.map(({ errors }): string => errors?.[0].extensions.code ?? 'done').sort();
}

function shelfOf(ownerUrl: string) {
  return {
    /** Makes the shop know one more customer; gives their id. */
    addCustomer: async (number: string): Promise<string> => {
      const id = customerIdOf(number);
      await runAs(ownerUrl, `insert into customer_copy values ('${id}', '${number}', 'Customer ${number}')`);
      return id;
    },
    /** Puts one more article in euros on the shelf; gives its id. */
    addArticle: async (
      sku: string,
      { onHand, reserved = 0, priceMinor = 1000 }: NewArticle,
    ): Promise<string> => {
      const id = variantIdOf(sku);
      await runAs(
        ownerUrl,
        `insert into product_variant values
          ('${id}', '${POUF}', '${sku}', 'Article ${sku}', ${priceMinor}, 'EUR', ${onHand}, ${reserved})`,
      );
      return id;
    },
    stockOf: async (variantId: string): Promise<{ readonly onHand: number; readonly reserved: number }> => {
      const [row] = await runAs(
        ownerUrl,
        `select on_hand as "onHand", reserved from product_variant where id = '${variantId}'`,
      );
      return row;
    },
    /** Locks the article until it is released. */
    holdArticle: async (variantId: string) => {
      const client = new pg.Client({ connectionString: ownerUrl });
      await client.connect();
      await client.query('begin');
      await client.query('select from product_variant where id = $1 for update', [variantId]);
      return {
        /** Until that many connections to the database wait for a lock. */
        areWaiting: async (count: number): Promise<void> => {
          const waiting = `select from pg_locks where not granted
            and pid in (select pid from pg_stat_activity where datname = current_database())`;
          for (let looks = 0; looks < 10_000; looks += 1) {
            if ((await client.query(waiting)).rowCount === count) return;
          }
          throw new Error(`there are not ${count} who wait`);
        },
        release: () => client.query('commit').then(() => client.end()),
      };
    },
  };
}

function ordersOf({ ask }: TestSubgraph) {
  return {
    setCartLine: (customerId: string, variantId: string, quantity: number): Promise<Answer> =>
      ask(
        `mutation ($input: SetCartLineInput!) { setCartLine(input: $input) { cart { lines { quantity variant { sku } } } } }`,
        { as: 'commerce', variables: { input: { customerId, variantId, quantity } } },
      ),
    placeOrder: (customerId: string): Promise<Answer> =>
      ask(`mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id number } } }`, {
        as: 'commerce',
        variables: { input: { customerId, shippingAddress: ADDRESS } },
      }),
    cancelOrder: (
      orderId: string,
      { expectedVersion, as = principalWith('commerce') }: Cancelling,
    ): Promise<Answer> =>
      ask(
        `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { order { status version cancellationReason } } }`,
        { as, variables: { input: { orderId, expectedVersion, reason: 'Ordered twice' } } },
      ),
    shipOrder: (input: Readonly<Record<string, unknown>>): Promise<Answer> =>
      ask(
        `mutation ($input: ShipOrderInput!) { shipOrder(input: $input) { shipment { carrier trackingNumber
          lines { position quantity variant { sku stock } } order { status version lines { shippedQuantity } } } } }`,
        { as: 'warehouse', variables: { input: { carrier: 'DHL', ...input } } },
      ),
  };
}
