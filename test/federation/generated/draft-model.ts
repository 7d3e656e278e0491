/**
 * Makes up a federation by chance: who knows which entity by which keys, and whose each field is. Not all that comes
 * out can be composed.
 */

import { Chance } from './chance.ts';
import { draftBoxes, wrapped } from './draft-boxes.ts';
import { draftContexts } from './draft-contexts.ts';
import { draftAbove, draftNarrowed, widenRoots } from './draft-narrowed.ts';
import { draftNeeds } from './draft-needs.ts';
import {
  owningOf,
  type Abstract,
  type Box,
  type Entity,
  type Field,
  type Home,
  type LeadsTo,
  type Model,
  type Move,
  type StandIn,
} from './model.ts';
import { ID, OTHER_KEYS, partnerKey, SCALARS, VALUE_TYPES, valueAt } from './values.ts';

const SUBGRAPHS = ['alpha', 'beta', 'gamma', 'delta'];
const COMMON = [
  { name: 'title', type: 'String' },
  { name: 'rank', type: 'Int!' },
  { name: 'size', type: 'Int', hasArgument: true },
];

export function draftModel(seed: number): Model {
  return new Draft(new Chance(seed)).model();
}

class Draft {
  readonly #chance: Chance;
  readonly #subgraphs: readonly string[];
  readonly #entities: Entity[] = [];
  readonly #abstracts: Abstract[] = [];
  readonly #boxes: Box[] = [];
  #names = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#subgraphs = SUBGRAPHS.slice(0, 2 + chance.below(3));
  }

  model(): Model {
    const chance = this.#chance;
    const count = 2 + chance.below(3);
    this.#entities.push(this.#partner());
    for (let index = 0; index < count; index += 1) this.#entities.push(this.#entity(`E${index}`));
    const isNarrowing = chance.isOneIn(2);
    if (isNarrowing || chance.isOneIn(2)) this.#addAbstract('I0', 'interface');
    if (chance.isOneIn(2)) this.#addAbstract('U0', 'union');
    if (chance.isOneIn(3)) this.#addEntityInterface();
    const drafted = { subgraphs: this.#subgraphs, entities: this.#entities, abstracts: this.#abstracts };
    if (isNarrowing) widenRoots(drafted, chance);
    this.#boxes.push(...draftBoxes(drafted, chance, () => this.#name('b')));
    for (const entity of this.#entities) this.#addFields(entity);
    if (isNarrowing) draftNarrowed(drafted, chance, () => this.#name('w'));
    const leadsBack = chance.isOneIn(3);
    if (leadsBack) this.#addWayBack(chance.oneOf(this.#entities));
    draftNeeds(drafted, chance, () => this.#name('c'));
    const hasMutations = chance.isOneIn(4);
    // Around what a mutation gives nothing is told; and where a query begins again the planner gives up.
    const isTold = !hasMutations && !leadsBack && chance.isOneIn(2);
    const contexts = isTold ? draftContexts(drafted, chance, () => this.#name('t')) : [];
    return { ...drafted, boxes: this.#boxes, contexts, hasMutations };
  }

  /** Everybody knows it, so it can be part of keys. */
  #partner(): Entity {
    const homes = this.#subgraphs.map((subgraph): [string, Home] => [
      subgraph,
      { keys: [ID], isStub: false, isRooted: true, external: new Set() },
    ]);
    return { name: 'Partner', homes: new Map(homes), fields: [], sharedBy: [], sharedAs: new Map() };
  }

  #entity(name: string): Entity {
    const chance = this.#chance;
    const partners = this.#entities.slice(0, 1).map(partnerKey);
    const keys = [ID, ...chance.someOf([...OTHER_KEYS, ...partners]).slice(-2)];
    const knowing = chance.someOf(this.#subgraphs, 2);
    const first = chance.oneOf(knowing);
    const homes = new Map<string, Home>();
    for (const subgraph of knowing) {
      const some = chance.isOneIn(2) ? [ID, ...chance.someOf(keys.slice(1))] : chance.someOf(keys, 1);
      homes.set(subgraph, {
        keys: subgraph === first ? keys : some,
        isStub: subgraph !== first && chance.isOneIn(5),
        isRooted: !chance.isOneIn(4),
        external: new Set(),
      });
    }
    const sharing = [...homes]
      .filter(([, { isStub, isRooted }]) => !isStub && isRooted)
      .map(([subgraph]) => subgraph);
    const sharedBy = sharing.length > 1 && chance.isOneIn(3) ? sharing : [];
    return { name, homes, fields: [], sharedBy, sharedAs: new Map() };
  }

  #addAbstract(name: string, kind: 'interface' | 'union'): void {
    const chance = this.#chance;
    const members = chance.someOf(this.#entities, 1);
    const membersIn = new Map<string, readonly Entity[]>();
    for (const subgraph of this.#subgraphs) {
      const known = members.filter(({ homes }) => homes.has(subgraph));
      // No interface is without a field.
      const isShown =
        kind === 'union' || known.every(({ homes }) => homes.get(subgraph)?.keys.includes(ID) === true);
      if (known.length > 0 && isShown && !chance.isOneIn(3)) membersIn.set(subgraph, known);
    }
    const commonFields = kind === 'interface' ? COMMON.slice(0, 2 + chance.below(2)) : [];
    const values = kind === 'union' ? chance.someOf(VALUE_TYPES) : [];
    const known = { entities: this.#entities, membersIn };
    const above = kind === 'interface' && chance.isOneIn(2) ? draftAbove(known, chance) : undefined;
    if (above !== undefined) this.#abstracts.push(above);
    const implementing = above === undefined ? {} : { above };
    const names = commonFields.map((field) => field.name);
    const own = { name, kind, membersIn, values, commonFields: names, narrowed: [], standIns: [] };
    this.#abstracts.push({ ...own, ...implementing });
    for (const entity of members) for (const field of commonFields) this.#addScalar(entity, field);
  }

  /** An interface that is an entity, and subgraphs that know it as one type. */
  #addEntityInterface(): void {
    const chance = this.#chance;
    const name = 'M0';
    const home = chance.oneOf(this.#subgraphs);
    const others = this.#subgraphs.filter((each) => each !== home);
    const standing = chance.someOf(others, 1);
    const members = ['MA', 'MB'].map((member): Entity => {
      const knowing = [home, ...chance.someOf(others.filter((each) => !standing.includes(each)))];
      const homes = knowing.map((subgraph): [string, Home] => [
        subgraph,
        { keys: [ID], isStub: false, isRooted: true, external: new Set() },
      ]);
      const plain = { name: member, homes: new Map(homes), fields: [], sharedBy: [], sharedAs: new Map() };
      return { ...plain, standsBehind: name };
    });
    const standIns: StandIn[] = [];
    for (const subgraph of standing) standIns.push(this.#standIn(subgraph, name, members, standIns));
    const membersIn = new Map([home, ...standing].map((subgraph) => [subgraph, members]));
    const field = { name: 'label', type: 'String', owners: [home] };
    for (const member of members) this.#addScalar(member, field);
    this.#entities.push(...members);
    const interfaceOf = { name, kind: 'interface', membersIn, values: [] } as const;
    this.#abstracts.push({ ...interfaceOf, narrowed: [], commonFields: ['label'], home, standIns });
  }

  #standIn(subgraph: string, name: string, members: readonly Entity[], before: readonly StandIn[]): StandIn {
    const chance = this.#chance;
    const plain = { hasArgument: false, owners: [subgraph], provides: [] };
    const made = (leadsTo: LeadsTo, type: string): Field => {
      const hasArgument = chance.isOneIn(3);
      const rawOf: Field['rawOf'] = (nr, n) => valueAt(leadsTo, type, name, nr, ...(hasArgument ? [n] : []));
      return { ...plain, name: this.#name('s'), type, leadsTo, hasArgument, rawOf };
    };
    const leadsTo = { kind: 'scalar' } as const;
    const own = made(leadsTo, chance.oneOf(SCALARS));
    const others = made({ kind: 'abstract', members, values: [] }, wrapped(name, chance));
    const label: Field = { ...plain, name: 'label', type: 'String', leadsTo };
    const reckoned = {
      ...plain,
      name: this.#name('s'),
      type: 'String',
      leadsTo,
      needs: chance
        .someOf([label, ...before.flatMap(({ fields: [first] }) => first ?? [])], 1)
        .map((field) => ({ field })),
    };
    const entity = chance.oneOf(this.#entities.filter(({ homes }) => homes.has(subgraph)));
    const away = made({ kind: 'entity', entity }, wrapped(entity.name, chance));
    return { subgraph, fields: [own, ...chance.someOf([others, reckoned, away])] };
  }

  #addFields(entity: Entity): void {
    const chance = this.#chance;
    for (let left = 3 + chance.below(4); left > 0; left -= 1) {
      const kind = chance.below(9);
      if (kind < 3) this.#addScalar(entity, {});
      else if (kind === 3) this.#addValue(entity);
      else if (kind < 6) this.#addReference(entity);
      else if (kind < 8) this.#addAbstractReference(entity);
      else this.#addBoxed(entity);
    }
  }

  #addScalar(entity: Entity, given: Partial<Pick<Field, 'name' | 'type' | 'owners' | 'hasArgument'>>): void {
    const chance = this.#chance;
    const { name = this.#name('f'), type = chance.oneOf(SCALARS) } = given;
    const { owners = this.#owners(entity) } = given;
    const { hasArgument = given.name === undefined && chance.isOneIn(3) } = given;
    const leftBehind = owningOf(entity).filter((each) => !owners.includes(each));
    const moves = given.name === undefined && owners.length === 1 && leftBehind.length > 0;
    // What a null for an argument costs follows from the stricter type then.
    const isLoose = given.name === undefined && owners.length > 1 && type.endsWith('!') && !hasArgument;
    entity.fields.push({
      name,
      type,
      leadsTo: { kind: 'scalar' },
      hasArgument,
      isWished: given.name === undefined && chance.isOneIn(2),
      owners,
      provides: [],
      ...(moves && chance.isOneIn(4) ? { moves: this.#move(leftBehind) } : {}),
      ...(given.name === undefined && chance.isOneIn(8) ? { isHidden: true } : {}),
      ...(isLoose ? { wider: { subgraph: chance.oneOf(owners), type: type.replace(/!$/, '') } } : {}),
      rawOf: (nr, n) => valueAt({ kind: 'scalar' }, type, entity.name, name, nr, hasArgument ? n : 0),
    });
  }

  #move(leftBehind: readonly string[]): Move {
    const from = this.#chance.oneOf(leftBehind);
    const move = this.#chance.oneOf([{}, { percent: 20 }, { percent: 70 }]);
    return { from, ...move };
  }

  #addValue(entity: Entity): void {
    const type = this.#chance.oneOf(VALUE_TYPES);
    this.#addLeading(entity, this.#owners(entity), { kind: 'value', type }, type.name);
  }

  #addReference(entity: Entity): void {
    const owners = this.#owners(entity);
    const target = this.#chance.oneOf(
      this.#entities.filter(({ homes }) => owners.every((each) => homes.has(each))),
    );
    this.#addLeading(entity, owners, { kind: 'entity', entity: target }, target.name);
  }

  #addAbstractReference(entity: Entity): void {
    const owner = this.#chance.oneOf(owningOf(entity));
    const shown = this.#abstracts.filter(({ membersIn }) => membersIn.has(owner));
    if (shown.length === 0) return;
    const { name, membersIn, values } = this.#chance.oneOf(shown);
    const members = membersIn.get(owner) ?? [];
    this.#addLeading(entity, [owner], { kind: 'abstract', members, values }, name);
  }

  #addBoxed(entity: Entity): void {
    const able = this.#boxes.filter(({ fieldsIn }) => owningOf(entity).some((each) => fieldsIn.has(each)));
    if (able.length === 0) return;
    const box = this.#chance.oneOf(able);
    const telling = owningOf(entity).filter((each) => box.fieldsIn.has(each));
    const [whole] = telling.filter((each) => box.fieldsIn.get(each)?.length === box.fields.length);
    const owners = whole === undefined || this.#chance.isOneIn(3) ? telling : [whole];
    this.#addLeading(entity, owners, { kind: 'box', box }, box.name);
  }

  #addWayBack(entity: Entity): void {
    this.#addLeading(entity, [this.#chance.oneOf(owningOf(entity))], { kind: 'root' }, 'Query');
  }

  #addLeading(entity: Entity, owners: readonly string[], leadsTo: LeadsTo, typeName: string): void {
    const type = wrapped(typeName, this.#chance);
    const name = this.#name('f');
    const hasArgument = leadsTo.kind !== 'root' && this.#chance.isOneIn(4);
    const isWished = hasArgument && this.#chance.isOneIn(2);
    const rawOf: Field['rawOf'] = (nr, n) =>
      valueAt(leadsTo, type, entity.name, name, nr, ...(hasArgument ? [n] : []));
    const leftBehind = owningOf(entity).filter(
      (each) => !owners.includes(each) && leadsTo.kind === 'entity' && leadsTo.entity.homes.has(each),
    );
    const moves = owners.length === 1 && leftBehind.length > 0 && this.#chance.isOneIn(4);
    const move = moves ? { moves: this.#move(leftBehind) } : {};
    entity.fields.push({ name, type, leadsTo, hasArgument, isWished, owners, provides: [], ...move, rawOf });
  }

  #owners(entity: Entity): readonly string[] {
    const all = owningOf(entity);
    const owner = this.#chance.oneOf(all);
    return this.#chance.isOneIn(4) ? [...new Set([owner, this.#chance.oneOf(all)])] : [owner];
  }

  #name(letter: string): string {
    this.#names += 1;
    return `${letter}${this.#names}`;
  }
}
