/**
 * Products, their variants, what they cost in the shop and what we pay for them. Knows no stock and no order.
 */

import { globalIdOf } from '../../subgraphs/kit/global-id.ts';
import type { PurchasePrice } from './accounting-data.ts';
import { CATEGORIES, VARIANT_KINDS, type Category, type Thing } from './articles.ts';
import { dayWithin, FIRST_DAY, instantOn } from './calendar.ts';
import type { Currency } from './plain-values.ts';
import { itemAt, seededRandom, shareOut } from './seeded-random.ts';
import type { Product, Variant } from './shop-data.ts';

export interface Catalogue {
  readonly products: readonly Product[];
  readonly variants: readonly Variant[];
}

/** A product that is taken into the shop later than this is a novelty. */
const OLDEST_DAY = '2021-03-01';
const NEWEST_DAY = '2026-04-01';
const FRANCS_PER_EURO = 0.96;
/** What a variant cost in the years before, as a share of today's price. */
const PRICE_LEVELS: Readonly<Record<string, number>> = { '2023': 0.9, '2024': 0.93, '2025': 0.97 };

export function makeCatalogue(count: number): Catalogue {
  const random = seededRandom('catalogue');
  const made = Array.from({ length: count }, (_, index) => {
    const { category, thing, range } = articleAt(index);
    const name = `${range} ${thing.name}`;
    const isNovelty = index % 12 === 11;
    const day = isNovelty
      ? dayWithin(FIRST_DAY, NEWEST_DAY, random)
      : dayWithin(OLDEST_DAY, FIRST_DAY, random);
    const product: Product = {
      id: globalIdOf('Product', toSlug(name)),
      slug: toSlug(name),
      name,
      description: `${thing.says} From the ${range} range.`,
      category: category.name,
      createdAt: instantOn(day, random),
    };
    const rangeFactor = 1 + category.ranges.indexOf(range) * 0.11;
    return { product, variants: variantsOf(product, thing, { rangeFactor, count: index % 3 === 0 ? 4 : 3 }) };
  });
  return { products: made.map(({ product }) => product), variants: made.flatMap(({ variants }) => variants) };
}

/** The price on that day in that currency, in minor units. */
export function priceOn({ priceMinor }: Variant, day: string, currency: Currency): number {
  const then = priceMinor * (PRICE_LEVELS[day.slice(0, 4)] ?? 1);
  return currency === 'EUR' ? roundTo(10, then) : roundTo(5, then * FRANCS_PER_EURO);
}

/** For some articles accounting has no price, and some are bought in dollars. */
export function makePurchasePrices(variants: readonly Variant[]): readonly PurchasePrice[] {
  const random = seededRandom('purchase prices');
  const kinds = shareOut(random, variants.length, { EUR: 0.91, USD: 0.04, none: 0.05 });
  return variants.flatMap(({ id, priceMinor }, index) => {
    const currency = itemAt(kinds, index);
    if (currency === 'none') return [];
    const share = random.integer(42, 66) / 100;
    return [{ variantId: id, priceMinor: Math.round(priceMinor * share), currency }];
  });
}

/** Goes round the categories, so that the first ten products show them all. */
function articleAt(index: number): { category: Category; thing: Thing; range: string } {
  const category = itemAt(CATEGORIES, index % CATEGORIES.length);
  const place = Math.floor(index / CATEGORIES.length);
  const thing = itemAt(category.things, place % category.things.length);
  const range = itemAt(category.ranges, Math.floor(place / category.things.length));
  return { category, thing, range };
}

function variantsOf(
  product: Product,
  thing: Thing,
  { rangeFactor, count }: { readonly rangeFactor: number; readonly count: number },
): readonly Variant[] {
  const options = Object.entries(VARIANT_KINDS[thing.variants]).slice(0, count);
  return options.map(([code, label], step) => {
    const sku = `${product.slug}-${code}`.toUpperCase();
    // Bigger costs more, another colour only sometimes.
    const stepFactor = thing.variants === 'fabric' ? 1 + (step % 2) * 0.03 : 1 + step * 0.12;
    return {
      id: globalIdOf('ProductVariant', sku),
      productId: product.id,
      sku,
      name: `${product.name}, ${label}`,
      priceMinor: roundTo(100, thing.priceEuros * 100 * rangeFactor * stepFactor) - 10,
      currency: 'EUR',
    };
  });
}

function toSlug(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}

function roundTo(step: number, amount: number): number {
  return Math.round(amount / step) * step;
}
