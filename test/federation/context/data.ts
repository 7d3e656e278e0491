/**
 * Users whose currency decides how their carts are priced.
 */

export const users = [
  { id: 'u1', currency: 'EUR', carts: [{ id: 'c1' }, { id: 'c2' }] },
  { id: 'u2', currency: 'USD', carts: [{ id: 'c1' }] },
];
