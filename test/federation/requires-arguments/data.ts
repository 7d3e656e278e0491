/**
 * Prices depend on the currency that one asks for.
 */

const RATES = { EUR: 1, USD: 2, CHF: 3 };
export type Currency = keyof typeof RATES;

const prices: Readonly<Record<string, number>> = { '1': 10, '2': 25 };
export const ids = Object.keys(prices);
export const priceOf = (id: string, currency: Currency) => (prices[id] ?? 0) * RATES[currency];

export const productOf = (id: string) => ({
  id,
  price: ({ currency }: { currency: Currency }) => priceOf(id, currency),
  euroTax: priceOf(id, 'EUR') / 5,
  dollarTax: priceOf(id, 'USD') / 5,
});
