/**
 * Makes up a federation by chance: who knows which entity by which keys, and whose each field is. Not all that comes
 * out can be composed.
 */

import { Chance } from './chance.ts';
import { draftBoxes, wrapped } from './draft-boxes.ts';
import { draftContexts } from './draft-contexts.ts';
import { draftMove, isToldIn } from './draft-moves.ts';
import { draftAbove, draftNarrowed, widenRoots } from './draft-narrowed.ts';
import { draftInterfaceEntity } from './draft-interface-entity.ts';
import { draftNeeds } from './draft-needs.ts';
import { draftWide } from './draft-wide.ts';
import {
  owningOf,
  valuesIn,
  type Abstract,
  type Box,
  type Entity,
  type Field,
  type Home,
  type LeadsTo,
  type Model,
  type Turns,
} from './model.ts';
import { tonesOf } from './enums.ts';
import { ID, OTHER_KEYS, partnerKey, SCALARS, SEEN_TYPES, VALUE_TYPES, valueAt } from './values.ts';

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
  readonly #movesOften: number;
  #names = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#movesOften = chance.oneOf([2, 5]);
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
    if (chance.isOneIn(2)) this.#abstracts.push(draftWide(this.#subgraphs, chance));
    const drafted = { subgraphs: this.#subgraphs, entities: this.#entities, abstracts: this.#abstracts };
    if (isNarrowing) widenRoots(drafted, chance);
    const leadsBack = chance.isOneIn(3);
    this.#boxes.push(...draftBoxes({ ...drafted, leadsBack }, chance, () => this.#name('b')));
    for (const entity of this.#entities) this.#addFields(entity);
    if (isNarrowing) draftNarrowed(drafted, chance, () => this.#name('w'));
    if (leadsBack) this.#addWayBack(chance.oneOf(this.#entities));
    const turns: Turns | undefined = chance.isOneIn(4) ? { taken: 0 } : undefined;
    if (turns !== undefined)
      for (const entity of chance.someOf(this.#entities, 1)) this.#addTurn(entity, turns);
    draftNeeds(drafted, chance, () => this.#name('c'));
    const hasEvents = turns === undefined && chance.isOneIn(3);
    // Around what a mutation or an event gives nothing is told; and where a query begins again the planner gives up.
    const isTold = turns === undefined && !hasEvents && !leadsBack && chance.isOneIn(2);
    const contexts = isTold ? draftContexts(drafted, chance, () => this.#name('t')) : [];
    return { ...drafted, boxes: this.#boxes, contexts, hasEvents, turns };
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
        ...(subgraph !== first && some.length > 1 && chance.isOneIn(3) ? { closed: chance.oneOf(some) } : {}),
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
    const valuesIn = new Map(
      this.#subgraphs.map((each) => [each, chance.isOneIn(3) ? values.slice(1) : values]),
    );
    const known = { entities: this.#entities, membersIn };
    const above = kind === 'interface' && chance.isOneIn(2) ? draftAbove(known, chance) : undefined;
    if (above !== undefined) this.#abstracts.push(above);
    const implementing = above === undefined ? {} : { above };
    const names = commonFields.map((field) => field.name);
    const own = { name, kind, membersIn, valuesIn, commonFields: names, narrowed: [], standIns: [] };
    this.#abstracts.push({ ...own, ...implementing });
    for (const entity of members) for (const field of commonFields) this.#addScalar(entity, field);
  }

  #addEntityInterface(): void {
    const drafted = { subgraphs: this.#subgraphs, entities: this.#entities };
    const { members, ...abstract } = draftInterfaceEntity(drafted, this.#chance, (letter) =>
      this.#name(letter),
    );
    const field = { name: 'label', type: 'String', owners: [abstract.home] };
    for (const member of members) this.#addScalar(member, field);
    this.#entities.push(...members);
    this.#abstracts.push(abstract);
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
    const { name = this.#name('f'), type = chance.oneOf([...SCALARS, 'Tone', '[Tone!]']) } = given;
    const { owners = this.#owners(entity) } = given;
    const { hasArgument = given.name === undefined && chance.isOneIn(3) } = given;
    // What a null for an argument costs follows from the stricter type then.
    const isLoose = given.name === undefined && owners.length > 1 && type.endsWith('!') && !hasArgument;
    const move = given.owners === undefined ? this.#moved(entity, owners, () => true) : {};
    const telling = [...owners, ...(move.moves === undefined ? [] : [move.moves.from])];
    const leadsTo: LeadsTo = type.includes('Tone')
      ? { kind: 'scalar', tones: tonesOf(telling) }
      : { kind: 'scalar' };
    entity.fields.push({
      name,
      type,
      leadsTo,
      hasArgument,
      isWished: given.name === undefined && chance.isOneIn(2),
      owners,
      provides: [],
      ...move,
      ...(given.name === undefined && chance.isOneIn(8) ? { isHidden: true } : {}),
      ...(isLoose ? { wider: { subgraph: chance.oneOf(owners), type: type.replace(/!$/, '') } } : {}),
      rawOf: (nr, n) => valueAt(leadsTo, type, entity.name, name, nr, hasArgument ? n : 0),
    });
  }

  /** By chance, from another subgraph that could tell it. */
  #moved(
    entity: Entity,
    owners: readonly string[],
    isAble: (subgraph: string) => boolean,
  ): Pick<Field, 'moves'> {
    const able = owningOf(entity).filter((each) => !owners.includes(each) && isAble(each));
    const mayMove = owners.length === 1 && able.length > 0 && this.#chance.isOneIn(this.#movesOften);
    return mayMove ? { moves: draftMove(able, this.#chance) } : {};
  }

  #addValue(entity: Entity): void {
    const type = this.#chance.oneOf(SEEN_TYPES);
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
    const abstract = this.#chance.oneOf(shown);
    const { name, membersIn } = abstract;
    const members = membersIn.get(owner) ?? [];
    const values = valuesIn(abstract, owner);
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

  #addTurn(entity: Entity, turns: Turns): void {
    const plain = { leadsTo: { kind: 'scalar' }, hasArgument: false, provides: [] } as const;
    const name = this.#name('v');
    const owners = this.#owners(entity);
    entity.fields.push({
      ...plain,
      provides: [],
      name,
      type: 'Int!',
      tellsTurns: true,
      owners,
      rawOf: () => turns.taken,
    });
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
    const move = this.#moved(entity, owners, (each) => isToldIn(each, leadsTo, typeName, this.#abstracts));
    const plain = { name, type, leadsTo, hasArgument, isWished, owners };
    entity.fields.push({ ...plain, provides: [], ...move, rawOf });
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
