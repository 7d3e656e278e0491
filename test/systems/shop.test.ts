/**
 * What the shop owns, read over real PostgreSQL as the gateway asks.
 */

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { ERRORS } from '../../schema/contract/errors.ts';
import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import {
  ADA,
  BEN,
  BENS_CART,
  CLARA,
  DESK,
  DESK_120,
  DESK_160,
  LAMP,
  LAMP_BLACK,
  ORDER,
  orderIdOf,
  SHIPMENT,
} from '../kit/small-shop.ts';
import { principalWith } from '../kit/start-subgraph.ts';
import { startShop, type TestShop } from '../kit/start-shop.ts';

let world: TestShop;

beforeAll(async () => {
  world = await startShop();
});

afterAll(async () => {
  await world?.stop();
});

test('the catalogue is open to everybody, with price and stock', async () => {
  const answer = await world.ask(
    `{ productBySlug(slug: "oak-desk") { id slug name description category createdAt
        variants { id sku name price { amount currency } stock product { id } } }
      product(id: "${LAMP}") { name }
      productVariant(id: "${DESK_160}") { sku }
      productVariantBySku(sku: "DESK-LAMP-BLACK") { id stock } }`,
    { as: 'nobody' },
  );
  expect(answer).toEqual({
    data: {
      productBySlug: {
        id: DESK,
        slug: 'oak-desk',
        name: 'Oak desk',
        description: 'A plain desk.',
        category: 'Desks',
        createdAt: '2025-03-31T14:05:00.123Z',
        variants: [
          {
            id: DESK_120,
            sku: 'OAK-DESK-120',
            name: 'Oak desk, 120 cm',
            price: { amount: '999.90', currency: 'EUR' },
            stock: 5,
            product: { id: DESK },
          },
          {
            id: DESK_160,
            sku: 'OAK-DESK-160',
            name: 'Oak desk, 160 cm',
            price: { amount: '1299.90', currency: 'EUR' },
            stock: 10,
            product: { id: DESK },
          },
        ],
      },
      product: { name: 'Desk lamp' },
      productVariant: { sku: 'OAK-DESK-160' },
      productVariantBySku: { id: LAMP_BLACK, stock: 97 },
    },
  });
});

test('an order answers with its lines, parcels and address', async () => {
  const answer = await world.ask(
    `{ orderByNumber(number: "B-2025-000002") { id number status placedAt total { amount currency } customer { id }
        lines { position sku name quantity shippedQuantity unitPrice { amount } total { amount } variant { id name } }
        shippingAddress { street postalCode city country } cancellationReason version updatedAt
        shipments { id carrier trackingNumber shippedAt order { number } lines { position quantity variant { sku } } } } }`,
  );
  expect(answer).toEqual({
    data: {
      orderByNumber: {
        id: orderIdOf(2),
        number: 'B-2025-000002',
        status: 'PARTIALLY_SHIPPED',
        placedAt: '2025-03-31T14:05:00.123Z',
        total: { amount: '39.98', currency: 'EUR' },
        customer: { id: ADA },
        lines: [
          {
            position: 1,
            sku: 'DESK-LAMP-BLACK',
            name: 'Lamp',
            quantity: 2,
            shippedQuantity: 1,
            unitPrice: { amount: '19.99' },
            total: { amount: '39.98' },
            variant: { id: LAMP_BLACK, name: 'Desk lamp, black' },
          },
        ],
        shippingAddress: { street: 'Lange Straße 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
        cancellationReason: null,
        version: 1,
        updatedAt: '2025-03-31T14:05:00.123Z',
        shipments: [
          {
            id: SHIPMENT,
            carrier: 'DHL',
            trackingNumber: '123',
            shippedAt: '2025-04-02T08:00:00.000Z',
            order: { number: 'B-2025-000002' },
            lines: [{ position: 1, quantity: 1, variant: { sku: 'DESK-LAMP-BLACK' } }],
          },
        ],
      },
    },
  });
});

test('a cart lists what was put there first, at the prices of now', async () => {
  const answer = await world.ask(
    `{ cart(id: "${BENS_CART}") { customer { id } lines { quantity variant { sku } } total { amount currency } updatedAt } }`,
  );
  expect(answer).toEqual({
    data: {
      cart: {
        customer: { id: BEN },
        lines: [
          { quantity: 1, variant: { sku: 'OAK-DESK-120' } },
          { quantity: 3, variant: { sku: 'DESK-LAMP-BLACK' } },
        ],
        total: { amount: '1059.87', currency: 'EUR' },
        updatedAt: '2025-03-31T14:05:00.123Z',
      },
    },
  });
});

test('what does not exist is null, not an error', async () => {
  const answer = await world.ask(
    `{ product(id: "${globalIdOf('Product', 'no')}") { id } productBySlug(slug: "no") { id }
       productVariant(id: "${globalIdOf('ProductVariant', 'no')}") { id } productVariantBySku(sku: "NO") { id }
       order(id: "${globalIdOf('Order', 'no')}") { id } orderByNumber(number: "B-2025-999999") { id }
       cart(id: "${globalIdOf('Cart', 'no')}") { id } shipment(id: "${globalIdOf('Shipment', 'no')}") { id } }`,
  );
  expect(answer).toEqual({
    data: {
      product: null,
      productBySlug: null,
      productVariant: null,
      productVariantBySku: null,
      order: null,
      orderByNumber: null,
      cart: null,
      shipment: null,
    },
  });
});

test('a customer finds what is theirs, and another’s as little as what does not exist', async () => {
  const query = `{ order(id: "${ORDER}") { number } orderByNumber(number: "B-2025-000003") { number }
    cart(id: "${BENS_CART}") { total { amount } } shipment(id: "${SHIPMENT}") { carrier order { number } } }`;
  expect(await world.ask(query, { as: principalWith('customer', ADA) })).toEqual({
    data: {
      order: { number: 'B-2025-000001' },
      orderByNumber: null,
      cart: null,
      shipment: { carrier: 'DHL', order: { number: 'B-2025-000002' } },
    },
  });
  expect(await world.ask(query, { as: principalWith('customer', CLARA) })).toEqual({
    data: { order: null, orderByNumber: null, cart: null, shipment: null },
  });
});

test('the list of all orders is refused to a customer, with the rule', async () => {
  expect(await world.ask('{ orders { nodes { id } } }', { as: principalWith('customer', ADA) })).toEqual({
    data: { orders: null },
    errors: [
      {
        message: ERRORS.FORBIDDEN.says,
        locations: expect.any(Array),
        path: ['orders'],
        extensions: {
          code: 'FORBIDDEN',
          reason: expect.any(String),
          details: { field: 'Query.orders', rule: 'holds orders:read' },
        },
      },
    ],
  });
});

test('the number of statements depends on the shape of a query, never on the number of rows', async () => {
  const count = async (first: number) => {
    world.takeStatements();
    const answer = await world.ask(
      `{ orders(first: ${first}) { nodes { lines { variant { product { variants { stock } } } } customer { id orders(first: 3) { totalCount nodes { number } } cart { total { amount } lines { quantity } } }
          shipments { lines { quantity } order { number } } } } }`,
    );
    expect(answer.errors).toBeUndefined();
    return world.takeStatements().length;
  };
  // Each list and each reference once; of fewer than three orders none has a parcel.
  expect([await count(3), await count(5)]).toEqual([12, 12]);
});
