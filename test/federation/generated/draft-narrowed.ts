/**
 * Lets types by chance be narrower in one place than in another: fields of objects than those of their interfaces, of
 * interfaces than those of the interfaces that they implement, and fields that subgraphs share in one of them.
 */

import type { Chance } from './chance.ts';
import { draftMove } from './draft-moves.ts';
import {
  isWithin,
  namedIn,
  owningOf,
  valuesIn,
  type Abstract,
  type CommonField,
  type Entity,
  type Field,
  type LeadsTo,
} from './model.ts';
import { ID, valueAt } from './values.ts';

interface Drafted {
  readonly entities: readonly Entity[];
  readonly abstracts: readonly Abstract[];
}

/** As interfaces say, and their objects. */
const WRAPPINGS = [
  ['T', 'T'],
  ['T', 'T!'],
  ['T', 'T!'],
  ['[T]', '[T]'],
  ['[T]', '[T!]!'],
  ['[T]', '[T]!'],
  ['[[T]]', '[[T!]]!'],
] as const;

/** An interface that has all objects of another and more. */
export function draftAbove(
  { entities, membersIn }: Pick<Abstract, 'membersIn'> & Pick<Drafted, 'entities'>,
  chance: Chance,
): Abstract {
  const more = chance.someOf(entities);
  const all = [...membersIn].map(([subgraph, members]): [string, readonly Entity[]] => {
    // No interface is without a field.
    const able = more.filter(({ homes }) => homes.get(subgraph)?.keys.includes(ID) === true);
    return [subgraph, [...new Set([...members, ...able])]];
  });
  const plain = {
    kind: 'interface',
    valuesIn: new Map(),
    commonFields: [],
    narrowed: [],
    standIns: [],
  } as const;
  return { ...plain, narrowed: [], name: 'I1', membersIn: new Map(all) };
}

/** A type of which there may be more than of the given one; undefined where the subgraph knows none. */
export function widened(
  type: string,
  subgraph: string,
  { abstracts }: Pick<Drafted, 'abstracts'>,
  chance: Chance,
): Field['wider'] {
  const name = namedIn(type);
  const names = abstracts.filter((each) => isWithin(name, each.name, { abstracts, subgraph }));
  const wide = chance.oneOf([name, ...names.map((each) => each.name)]);
  const loose = chance.oneOf([type, type.replace(/!$/, ''), type.replaceAll('!', '')]).replace(name, wide);
  return loose === type ? undefined : { subgraph, type: loose };
}

export function widenRoots(drafted: Drafted, chance: Chance): void {
  for (const { name, sharedBy, sharedAs } of drafted.entities) {
    if (sharedBy.length === 0) continue;
    const wider = widened(`[${name}!]!`, chance.oneOf(sharedBy), drafted, chance);
    if (wider !== undefined) sharedAs.set(wider.subgraph, wider.type);
  }
}

export function draftNarrowed(drafted: Drafted, chance: Chance, newName: () => string): void {
  for (const abstract of drafted.abstracts) {
    if (abstract.kind !== 'interface' || abstract.membersIn.size === 0) continue;
    for (let left = chance.below(3); left > 0; left -= 1)
      addNarrowed({ abstract, drafted, chance, name: newName() });
  }
}

interface Drafting {
  readonly abstract: Abstract;
  readonly drafted: Drafted;
  readonly chance: Chance;
  readonly name: string;
}

/** In the interface, and perhaps in the one above it too, by a type that is wider still. */
function addNarrowed({ abstract, drafted, chance, name }: Drafting): void {
  const { home } = abstract;
  const subgraph = home ?? chance.oneOf([...abstract.membersIn.keys()]);
  const known = targetsIn(subgraph, drafted);
  const [loose, tight] = chance.oneOf(WRAPPINGS);
  const wide = chance.oneOf(known).name;
  const saying = [{ of: abstract, field: { name, type: loose.replace('T', wide) } }];
  const { above } = abstract;
  const isAboveToo = above !== undefined && chance.isOneIn(2);
  if (isAboveToo) {
    const within = { abstracts: drafted.abstracts, subgraph };
    const widest = chance.oneOf(known.filter((each) => isWithin(wide, each.name, within))).name;
    saying.unshift({ of: above, field: { name, type: loose.replace('T', widest) } });
  }
  const fields = new Map<Entity, Field>();
  for (const { of, field } of saying)
    for (const member of new Set([...of.membersIn.values()].flat())) {
      const narrow = narrowerField(member, subgraph, { drafted, chance, common: field, tight });
      // Who has a field of an interface has it in all of its objects.
      if (narrow === undefined) return;
      fields.set(member, narrow);
    }
  for (const { of, field } of saying) of.narrowed.push(field);
  for (const [member, field] of fields) member.fields.push(field);
}

interface Narrowing {
  readonly drafted: Drafted;
  readonly chance: Chance;
  readonly common: CommonField;
  readonly tight: string;
}

/** Most often of the subgraph, so that the interface has it there. */
function narrowerField(entity: Entity, subgraph: string, narrowing: Narrowing): Field | undefined {
  const { drafted, chance, common, tight } = narrowing;
  const { abstracts } = drafted;
  const { name } = common;
  const limit = namedIn(common.type);
  const owning = owningOf(entity);
  const ableIn = (owner: string) =>
    targetsIn(owner, drafted).filter((each) => isWithin(each.name, limit, { abstracts, subgraph: owner }));
  const able = owning.filter((each) => ableIn(each).length > 0);
  if (able.length === 0) return undefined;
  const owner = able.includes(subgraph) && !chance.isOneIn(6) ? subgraph : chance.oneOf(able);
  const { name: target, leadsTo } = chance.oneOf(ableIn(owner));
  const type = chance.isOneIn(6) ? common.type.replace(limit, target) : tight.replace('T', target);
  const others = owning.filter(
    (each) =>
      each !== owner && ableIn(each).some((one) => one.name === target && gives(one.leadsTo, leadsTo)),
  );
  const second = others.length > 0 && chance.isOneIn(3) ? [chance.oneOf(others)] : [];
  const mayMove = second.length === 0 && others.length > 0 && chance.isOneIn(2);
  const moves = mayMove ? draftMove(others, chance) : undefined;
  const wider = [...second, ...(moves === undefined ? [] : [moves.from])]
    .map((each) => widened(type, each, drafted, chance))
    .find((each) => [target, limit].includes(namedIn(each?.type ?? '')));
  return {
    ...{ name, type, leadsTo, hasArgument: false, owners: [owner, ...second], provides: [] },
    ...(moves === undefined ? {} : { moves }),
    ...(wider === undefined ? {} : { wider }),
    rawOf: (nr) => valueAt(leadsTo, type, entity.name, name, nr),
  };
}

function gives(wide: LeadsTo, narrow: LeadsTo): boolean {
  if (wide.kind !== 'abstract' || narrow.kind !== 'abstract') return wide.kind === narrow.kind;
  return narrow.members.every((each) => wide.members.includes(each));
}

export interface Target {
  readonly name: string;
  readonly leadsTo: LeadsTo;
}

/** What a field of the subgraph may lead to. */
export function targetsIn(subgraph: string, { entities, abstracts }: Drafted): readonly Target[] {
  return [
    ...entities
      .filter(({ homes }) => homes.has(subgraph))
      .map((entity): Target => ({ name: entity.name, leadsTo: { kind: 'entity', entity } })),
    ...abstracts.flatMap((abstract): readonly Target[] => {
      const { name, membersIn } = abstract;
      const members = membersIn.get(subgraph);
      const values = valuesIn(abstract, subgraph);
      // It says of which type it is, for in another subgraph it may be one of several.
      const types = values
        .filter(({ isHidden = false }) => !isHidden)
        .map((type): Target => ({
          name: type.name,
          leadsTo: { kind: 'abstract', members: [], values: [type] },
        }));
      return members === undefined
        ? []
        : [{ name, leadsTo: { kind: 'abstract', members, values } }, ...types];
    }),
  ];
}
