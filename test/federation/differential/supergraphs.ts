/**
 * The federations on which executors are compared: those of the cases, each with the truth that one schema would
 * tell and values for the arguments of its fields.
 */

import type { FederationSetup } from '../kit/federation.ts';
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
import { ids as moneyIds, productOf } from '../requires-arguments/data.ts';
import { prices as money } from '../requires-arguments/prices.subgraph.ts';
import { taxes } from '../requires-arguments/taxes.subgraph.ts';
import { catalogue, catalogueRoot } from '../selections/catalogue.subgraph.ts';
import { ratings } from '../selections/ratings.subgraph.ts';
import { positions } from '../shareable/data.ts';
import { heights, maps } from '../shareable/halves.subgraph.ts';
import type { ArgumentValues } from './operation-arbitrary.ts';

interface ComparedSupergraph extends FederationSetup {
  readonly name: string;
  readonly values: ArgumentValues;
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
    subgraphs: [catalogue, ratings],
    truth: catalogueRoot,
    values: { id: ['ada', 'bo', 'nobody'], text: ['x', null], flags: [[true], []] },
  },
  {
    name: 'keys in chains, compound and nested',
    subgraphs: [register, codes, store, robots],
    truth: { products },
    values: {},
  },
  {
    name: '@requires in chains, through lists',
    subgraphs: [packing, measuring, freight, advice],
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
    subgraphs: [names, feeding],
    truth: {
      animals: () => [...animals.map(({ id }) => animalTruth(id)), null],
      animal: known(animalOf, animalTruth),
    },
    values: { id: ['d1', 'c1', 'o1', 'none'] },
  },
  {
    name: '@interfaceObject',
    subgraphs: [library, lengths, opinions, prices],
    truth: libraryTruth,
    values: { id: ['b1', 'f1', 'none'] },
  },
  {
    name: 'two @requires with other arguments',
    subgraphs: [money, taxes],
    truth: { products: () => moneyIds.map(productOf) },
    values: { currency: ['EUR', 'CHF'] },
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
  },
  {
    name: 'fields that fail and nulls that spread',
    subgraphs: [tree, values],
    truth: nullTruth,
    values: { id: ['good', 'unsure', 'broken', 'parent', 'nobody'] },
  },
];

function labelOf(item: object): object {
  return 'code' in item ? { label: `label ${String(item.code)}` } : {};
}
