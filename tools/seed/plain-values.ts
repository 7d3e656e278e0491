/**
 * What all systems of the reference company write alike.
 */

export type Currency = 'EUR' | 'CHF';

export interface Address {
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly country: string;
}
