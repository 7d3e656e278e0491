/**
 * Users whose currency decides how what is around them is priced; carts that several of them share; places and
 * vehicles that give goods a mark. `truth` is what one schema would answer: each object knows what stands around it.
 */

export const users = [
  { id: 'u1', currency: 'EUR', carts: ['c1', 'c2'], friend: 'u2' },
  { id: 'u2', currency: 'USD', carts: ['c1'], friend: 'u1' },
  { id: 'u3', currency: null, carts: ['c2', 'c3'], friend: null },
  { id: 'u4', currency: 'EUR', carts: ['c2'], friend: 'u3' },
];

export const carts = [
  { id: 'c1', items: ['i1', 'i2'], owner: 'u1' },
  { id: 'c2', items: ['i2'], owner: 'u2' },
  { id: 'c3', items: [], owner: null },
];

export const places = [
  { __typename: 'Shop', id: 's1', zone: 'north', goods: ['a1', 'p1'] },
  { __typename: 'Stall', id: 't1', zone: 'south', goods: ['a1', 'p1'] },
  { __typename: 'Tent', id: 'x1', zone: 'west', goods: ['a1'] },
];

export const goods = [
  { __typename: 'Apple', id: 'a1', next: 'p1' },
  { __typename: 'Pear', id: 'p1', next: 'a1' },
];

export const vehicles = [
  { __typename: 'Van', id: 'v1', plate: 'PL-1', load: ['g1', 'g2'] },
  { __typename: 'Bus', id: 'b1', line: 'L1', load: ['g1'] },
];

export const ROOT_ZONE = 'the world';

export function byId<T extends { readonly id: string }>(rows: readonly T[], id: string): T {
  const found = rows.find((row) => row.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
}

export const priced = (id: string, currency: string | null) => `${id} in ${currency ?? 'no currency'}`;
export const placed = (id: string, zone: string | null) => `${id} at ${zone ?? 'nowhere'}`;
export const fitted = (zone: string | null, size: number) => `${size} for ${zone ?? 'nowhere'}`;

const shownUsers = (ids: readonly string[]) => ids.map(userTruth);

function userTruth(id: string): object {
  const { carts: own, friend, ...user } = byId(users, id);
  return {
    ...user,
    friend: () => (friend === null ? null : userTruth(friend)),
    carts: () => own.map((cart) => cartTruth(cart, user.currency)),
  };
}

function cartTruth(id: string, currency: string | null): object {
  const { items, owner } = byId(carts, id);
  return {
    id,
    total: () => priced(id, currency),
    twin: () => cartTruth(id, currency),
    items: () => items.map((item) => ({ id: item, price: priced(item, currency), weight: 3 })),
    owner: () => (owner === null ? null : userTruth(owner)),
  };
}

function placeTruth({ goods: own, ...place }: (typeof places)[number]): object {
  const zone = place.__typename === 'Tent' ? ROOT_ZONE : place.zone;
  return { ...place, goods: () => own.map((id) => goodTruth(id, zone)) };
}

function goodTruth(id: string, zone: string): object {
  const { next, ...good } = byId(goods, id);
  return {
    ...good,
    place: placed(id, zone),
    next: () => goodTruth(next, zone),
    fits: ({ size }: { size: number }) => fitted(zone, size),
    color: 'green',
    pairs: () => [goodTruth('p1', zone)],
  };
}

function vehicleTruth({ load, ...vehicle }: (typeof vehicles)[number]): object {
  const mark = vehicle.plate ?? vehicle.line ?? null;
  return { ...vehicle, load: () => load.map((id) => ({ id, mark: placed(id, mark) })) };
}

export const truth = {
  users: () => shownUsers(users.map(({ id }) => id)),
  user: ({ id }: { id: string }) => (users.some((user) => user.id === id) ? userTruth(id) : null),
  zone: ROOT_ZONE,
  places: () => places.map(placeTruth),
  vehicles: () => vehicles.map(vehicleTruth),
};
