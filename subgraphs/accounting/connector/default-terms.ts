/**
 * What accounting assumes of a customer or a delivery until somebody agrees on something else: the currency of the
 * account, and the tax on what the shop sells.
 */

/** Of the countries that the company trades in; everybody else is billed in euros. */
const CURRENCIES: Readonly<Record<string, string>> = { CH: 'CHF', LI: 'CHF' };
const USUAL_CURRENCY = 'EUR';

/** ISO 3166-1 alpha-2. */
const EUROPEAN_UNION: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);
const GERMAN_TAX = '0.19';
const NO_TAX = '0';

export function defaultCurrency(country: string | null): string {
  return CURRENCIES[country ?? ''] ?? USUAL_CURRENCY;
}

/** As a share of one. What leaves the European Union carries no German tax; where the address is not known, it stays. */
export function taxRateFor(country: string | null): string {
  return country === null || EUROPEAN_UNION.has(country) ? GERMAN_TAX : NO_TAX;
}
