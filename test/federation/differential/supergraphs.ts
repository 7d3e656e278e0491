/**
 * The federations on which executors are compared: those of the cases and some of their own, each with the truth that
 * one schema would tell and values for the arguments of its fields.
 */

import type { FederationSetup } from '../kit/federation.ts';
import { truth as contextTruth } from '../context/data.ts';
import { colors, places as zones, vehicles } from '../context/places.subgraph.ts';
import { carts, people, weights } from '../context/shop.subgraph.ts';
import { animalOf, animals, truthOf as animalTruth } from '../interface-entities/data.ts';
import { feeding, names } from '../interface-entities/zoo.subgraph.ts';
import { items } from '../inaccessible/data.ts';
import { labels, stock } from '../inaccessible/stock.subgraph.ts';
import { truth as libraryTruth } from '../interface-object/library.data.ts';
import { lengths, library, opinions, prices } from '../interface-object/library.subgraph.ts';
import { codes } from '../keys/codes.subgraph.ts';
import { products } from '../keys/data.ts';
import { register } from '../keys/register.subgraph.ts';
import { robots } from '../keys/robots.subgraph.ts';
import { store } from '../keys/store.subgraph.ts';
import { truth as nullTruth } from '../null-propagation/data.ts';
import { tree, values } from '../null-propagation/tree.subgraph.ts';
import { advice } from '../requires/advice.subgraph.ts';
import { allBoxes, boxOf, truthOf as boxTruth } from '../requires/data.ts';
import { freight } from '../requires/freight.subgraph.ts';
import { measuring } from '../requires/measuring.subgraph.ts';
import { packing } from '../requires/packing.subgraph.ts';
import { catalogue, catalogueRoot } from '../selections/catalogue.subgraph.ts';
import { ratings } from '../selections/ratings.subgraph.ts';
import { positions } from '../shareable/data.ts';
import { heights, maps } from '../shareable/halves.subgraph.ts';
import { media, truthOf as mediumTruth } from '../interface-object/data.ts';
import { critics, shelf } from '../interface-object/media.subgraph.ts';
import { desks } from '../renamed-imports/data.ts';
import { rooms, users } from '../renamed-imports/desks.subgraph.ts';
import { ids as pricedIds, productOf } from '../requires-arguments/data.ts';
import { prices as priceList } from '../requires-arguments/prices.subgraph.ts';
import { taxes } from '../requires-arguments/taxes.subgraph.ts';
import { orders as orderRows } from '../unresolved-entities/data.ts';
import { directory, orders, parking } from '../unresolved-entities/orders.subgraph.ts';
import { withDirectives } from './directive-writer.ts';
import * as manySystems from './many-systems.ts';
import * as movedBills from './moved-bills.ts';
import type { Leans } from './ownership.ts';
import type { OperationChoices } from './operation-arbitrary.ts';
import * as providedWorks from './provided-works.ts';
import * as statefulAccounts from './stateful-accounts.ts';

interface ComparedSupergraph extends FederationSetup, OperationChoices {
  readonly name: string;
  /** By subgraph: those without which it cannot be reached. */
  readonly leans?: Leans;
  /** False where the objects of a subgraph do not all have the id that they have in the truth. */
  readonly hasIds?: boolean;
  /** Puts what mutations change back to the start. */
  readonly reset?: () => void;
  /** False where a fault would change what a subgraph reckons without it. */
  readonly hasFaults?: boolean;
}

interface Named {
  readonly id: string;
}

const known =
  (find: (id: string) => unknown, truthOf: (id: string) => object) =>
  ({ id }: Named) =>
    find(id) == null ? null : truthOf(id);

export const supergraphs: readonly ComparedSupergraph[] = [
  {
    name: 'interfaces, unions, lists of lists',
    subgraphs: withDirectives([catalogue, ratings]),
    truth: catalogueRoot,
    values: { id: ['ada', 'bo', 'nobody'], text: ['x', null], flags: [[true], []] },
  },
  {
    name: 'keys in chains, compound and nested',
    subgraphs: [register, codes, store, robots],
    truth: { products },
    values: {},
    leans: { store: ['codes'], robots: ['codes', 'store'] },
    hasIds: false,
  },
  {
    name: '@requires in chains, through lists',
    subgraphs: withDirectives([packing, measuring, freight, advice]),
    truth: {
      boxes: () => allBoxes().map(boxTruth),
      box: known(boxOf, (id) => boxTruth(boxOf(id)!)),
    },
    values: { id: ['1', '2', '3', 'none'] },
  },
  {
    name: '@shareable',
    subgraphs: [maps, heights],
    truth: { places: positions, origin: { x: 0, y: 0, z: 0 } },
    values: {},
  },
  {
    name: 'entities behind interfaces',
    subgraphs: withDirectives([names, feeding]),
    truth: {
      animals: () => [...animals.map(({ id }) => animalTruth(id)), null],
      animal: known(animalOf, animalTruth),
    },
    values: { id: ['d1', 'c1', 'o1', 'none'] },
  },
  {
    // Not one for the other executors.
    name: '@fromContext',
    subgraphs: [people, carts, weights, zones, vehicles, colors],
    truth: contextTruth,
    values: { id: ['u1', 'u3', 'nobody'], size: [1, 2] },
    hasFaults: false,
  },
  {
    name: '@inaccessible',
    subgraphs: [stock, labels],
    truth: {
      items: items.map((item) => ({ ...item, label: `label ${item.code}` })),
      things: [...items, { __typename: 'Inner', grade: 'GOOD' }].map((item) => ({
        ...item,
        ...labelOf(item),
      })),
      graded: true,
    },
    values: { grade: ['GOOD', 'FAIR'] },
    hasIds: false,
  },
  {
    name: 'fields that fail and nulls that spread',
    subgraphs: withDirectives([tree, values]),
    truth: nullTruth,
    values: { id: ['good', 'unsure', 'broken', 'parent', 'nobody'] },
  },
  {
    name: '@provides through unions, interfaces and lists',
    subgraphs: withDirectives([providedWorks.owners, providedWorks.reviewing]),
    truth: providedWorks.truth,
    values: { id: ['r1', 'r2', 'r3', 'none'] },
  },
  {
    name: '@override',
    subgraphs: [movedBills.oldSystem, movedBills.newSystem, movedBills.collecting],
    truth: movedBills.truth,
    values: { id: ['1', '2', 'none'] },
  },
  {
    name: '@interfaceObject',
    subgraphs: [shelf, critics],
    truth: { media: () => media.map(({ id }) => mediumTruth(id)), best: () => mediumTruth('m2') },
    values: {},
    leans: { critics: ['shelf'] },
  },
  {
    name: '@interfaceObject in several subgraphs',
    subgraphs: withDirectives([library, lengths, opinions, prices]),
    truth: libraryTruth,
    values: { id: ['b1', 'f1', 'none'] },
    leans: { lengths: ['library'], opinions: ['library'], prices: ['library'] },
  },
  {
    name: '@requires with arguments',
    subgraphs: [priceList, taxes],
    truth: { products: () => pricedIds.map(productOf) },
    values: { currency: ['EUR', 'USD', 'CHF'] },
  },
  {
    name: 'directives under other names',
    subgraphs: withDirectives([rooms, users]),
    truth: {
      desks: desks.map((desk) => ({ ...desk, user: `user of ${desk.id}`, note: `${desk.width} wide` })),
    },
    values: {},
  },
  {
    name: 'entities that their owner does not know',
    subgraphs: [orders, directory, parking],
    truth: {
      orders: orderRows.map(({ id, buyer }) => ({ id, buyer: buyer === null ? null : personOf(buyer) })),
      known: personOf({ id: 'p1' }),
    },
    values: {},
  },
  {
    name: 'mutations',
    subgraphs: withDirectives([statefulAccounts.bank, statefulAccounts.alarm]),
    truth: statefulAccounts.truth,
    values: { id: ['a', 'b', 'none'], amount: [1, -5, 30] },
    reset: statefulAccounts.reset,
  },
  {
    name: 'many systems at once',
    subgraphs: [manySystems.design, manySystems.prices, manySystems.sending, manySystems.store],
    truth: manySystems.truth,
    values: { id: ['1', '2', '3', 'none'], currency: ['EUR', 'USD'], grade: ['GOOD', 'FAIR', null] },
    // What `prices` gives has no id; only `design` knows that too.
    leans: { sending: ['design'], store: ['design'] },
  },
];

function personOf({ id }: Named): object {
  const place = Number(id.slice(1));
  if (id === 'p1') return { id, name: 'Ada', nickname: null, place };
  return { id, place, unknown: ['name', 'nickname'] };
}

function labelOf(item: object): object {
  return 'code' in item ? { label: `label ${String(item.code)}` } : {};
}
