/**
 * The shelves of the reference company: movements add up, and there is enough for every open order.
 */

import type { Company } from '../../../../tools/seed/company.ts';
import { makeCompany } from '../../../../tools/seed/make-company.ts';

const SIZES: readonly (readonly [string, Company])[] = [
  ['small', makeCompany('small')],
  ['demo', makeCompany('demo')],
];

test.each(SIZES)(
  '%s: the movements of an article add up and never take more than there is',
  (_, { shop }) => {
    const wrong = shop.stock.filter(({ onHand, movements }) => {
      let level = 0;
      const fellBelowZero = movements.some(({ change }) => (level += change) < 0);
      return fellBelowZero || level !== onHand;
    });

    expect(wrong).toEqual([]);
  },
);

test.each(SIZES)('%s: reserved is what open orders still wait for, and it is on hand', (_, { shop }) => {
  const waiting = new Map(shop.variants.map(({ id }) => [id, 0]));
  for (const { status, lines } of shop.orders) {
    if (status === 'CANCELLED') continue;
    for (const { variantId, quantity, shippedQuantity } of lines)
      waiting.set(variantId, (waiting.get(variantId) ?? 0) + quantity - shippedQuantity);
  }

  expect(new Map(shop.stock.map(({ variantId, reserved }) => [variantId, reserved]))).toEqual(waiting);
  expect(shop.stock.filter(({ onHand, reserved }) => reserved > onHand)).toEqual([]);
});

test.each(SIZES)('%s: the status of an order says what was shipped of it', (_, { shop }) => {
  const wrong = shop.orders.filter(({ status, lines, shipments }) => {
    const ordered = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const shipped = lines.reduce((sum, { shippedQuantity }) => sum + shippedQuantity, 0);
    const inParcels = shipments.flatMap((one) => one.lines).reduce((sum, { quantity }) => sum + quantity, 0);
    const expected = shipped === 0 ? 'PLACED' : shipped < ordered ? 'PARTIALLY_SHIPPED' : 'SHIPPED';
    return shipped !== inParcels || (status === 'CANCELLED' ? shipped !== 0 : status !== expected);
  });

  expect(wrong).toEqual([]);
});

test.each(SIZES)('%s: the total of an order is the sum of its lines', (_, { shop }) => {
  const wrong = shop.orders.filter(({ totalMinor, lines }) => {
    return (
      totalMinor !== lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0)
    );
  });

  expect(wrong).toEqual([]);
});
