/**
 * The subgraphs of a generated federation, as SDL and resolvers. What a subgraph does not own it does not know, so that
 * a plan that asks the wrong one gets nothing.
 */

import { honest, type FakeSubgraph } from '../../kit/fake-subgraph.ts';
import { materialise, reckoned, type Seen, type World } from './see-model.ts';
import {
  isRightIn,
  rootNames,
  valuesIn,
  type Abstract,
  type Box,
  type Entity,
  type Field,
  type Home,
  type Key,
  type Model,
  type Need,
  type Raw,
  type StandIn,
} from './model.ts';
import { printContext, printField } from './print-field.ts';
import { printInterface, shows } from './print-interface.ts';
import { printPlainTypes } from './print-plain-types.ts';
import { aroundRoot, COUNT, everyBox, everyOneOf } from './values.ts';
import { numberGiven, type Given } from './wishes.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@external",
  "@provides", "@requires", "@shareable", "@override", "@inaccessible", "@interfaceObject", "@context", "@fromContext",
  "@tag", "@requiresScopes", "@policy"])`;

export function serveModel(model: Model): readonly FakeSubgraph[] {
  const provided = new Set(
    model.entities.flatMap(({ fields }) => fields.flatMap(({ provides }) => provides.flatMap(providedBy))),
  );
  return model.subgraphs.map((subgraph) => new Subgraph(subgraph, model, provided).serve());
}

function providedBy({ field, below = [] }: Need): readonly Field[] {
  return [field, ...below.flatMap(providedBy)];
}

type Resolvers = Record<string, Record<string, unknown>>;

class Subgraph {
  readonly #name: string;
  readonly #model: Model;
  readonly #provided: ReadonlySet<Field>;
  readonly #types: string[] = [];
  readonly #query: string[] = [];
  readonly #mutation: string[] = [];
  readonly #subscription: string[] = [];
  readonly #resolvers: Resolvers = {};
  readonly #roots: Record<string, unknown> = {};
  readonly #changes: Record<string, unknown> = {};
  readonly #events: Record<string, unknown> = {};

  constructor(name: string, model: Model, provided: ReadonlySet<Field>) {
    this.#name = name;
    this.#model = model;
    this.#provided = provided;
  }

  serve(): FakeSubgraph {
    for (const entity of this.#model.entities) {
      const home = entity.homes.get(this.#name);
      if (home !== undefined) this.#addEntity(entity, home);
    }
    for (const abstract of this.#model.abstracts) {
      const members = abstract.membersIn.get(this.#name);
      if (members !== undefined) this.#addAbstract(abstract, members);
    }
    for (const box of this.#model.boxes) this.#addBoxRoots(box);
    const text = [...this.#types, ...this.#query].join('\n');
    this.#types.push(...printPlainTypes(text, this.#model, this.#name));
    const context = this.#contextTelling('Query');
    if (context !== '') {
      const { around } = rootNames(this.#name, '');
      this.#query.push(`${around}: String`);
      this.#roots[around] = () => aroundRoot(this.#name);
    }
    if (this.#query.length > 0) {
      this.#types.push(`type Query ${context}{\n    ${this.#query.join('\n    ')}\n  }`);
      this.#resolvers['Query'] = this.#roots;
    }
    if (this.#mutation.length > 0) {
      this.#types.push(`type Mutation {\n    ${this.#mutation.join('\n    ')}\n  }`);
      this.#resolvers['Mutation'] = this.#changes;
    }
    if (this.#subscription.length > 0) {
      this.#types.push(`type Subscription {\n    ${this.#subscription.join('\n    ')}\n  }`);
      this.#resolvers['Subscription'] = this.#events;
    }
    return honest(this.#name, [LINK, ...this.#types].join('\n  '), this.#resolvers);
  }

  #addEntity(entity: Entity, home: Home): void {
    const { name } = entity;
    const shown = entity.fields.filter((field) => shows(field, home, this.#name));
    const isOpen = (key: Key) => !home.isStub && key !== home.closed;
    const keys = home.keys.map(
      (key) => `@key(fields: "${key.fieldSet}"${isOpen(key) ? '' : ', resolvable: false'})`,
    );
    const interfaces = this.#model.abstracts.filter(
      ({ kind, membersIn, standIns }) =>
        kind === 'interface' &&
        membersIn.get(this.#name)?.includes(entity) === true &&
        standIns.every(({ subgraph }) => subgraph !== this.#name),
    );
    const impl = interfaces.map((each) => each.name).join(' & ');
    const context = this.#contextTelling(name);
    const head = `type ${name} ${impl === '' ? '' : `implements ${impl} `}${context}${keys.join(' ')}`;
    const fields = [...home.keys.map(({ sdl }) => sdl), ...shown.map((field) => this.#printed(field, home))];
    this.#types.push(`${head} {\n    ${fields.join('\n    ')}\n  }`);
    this.#resolvers[name] = {
      ...this.#reckoning(shown),
      ...(home.isStub
        ? {}
        : {
            __resolveReference: (given: Seen) => this.#foundAmong([entity], home.keys.filter(isOpen), given),
          }),
    };
    if (!home.isStub && home.isRooted) this.#addRoots(name, (nr) => this.#see(entity, nr));
    if (!entity.sharedBy.includes(this.#name)) return;
    const { all, shared } = rootNames(this.#name, name);
    const type = entity.sharedAs.get(this.#name) ?? `[${name}!]!`;
    this.#query.push(`${shared}: ${type} @shareable`);
    this.#roots[shared] = this.#roots[all];
  }

  /** Nothing where it tells nothing of the type, else with a space after it. */
  #contextTelling(typeName: string): string {
    const own = this.#model.contexts.filter(({ subgraph }) => subgraph === this.#name);
    return own
      .filter(({ told }) => told.has(typeName))
      .map((context) => `${printContext(context)} `)
      .join('');
  }

  #printed(field: Field, { external }: Pick<Home, 'external'>): string {
    return printField(field, { subgraph: this.#name, external, provided: this.#provided });
  }

  #addRoots(typeName: string, see: (nr: number) => Seen): void {
    const { all, one } = rootNames(this.#name, typeName);
    this.#query.push(`${all}: [${typeName}!]!`, `${one}(nr: Int!): ${typeName}`);
    this.#roots[all] = () => Array.from({ length: COUNT }, (_, nr) => see(nr));
    const find = (_: unknown, { nr }: { nr: number }) => (nr < COUNT ? see(nr) : null);
    this.#roots[one] = find;
    this.#addHappenings(typeName, find);
  }

  /** What has been changed and what has happened is told as one of the type. */
  #addHappenings(typeName: string, find: (source: unknown, given: { nr: number }) => unknown): void {
    const { change, news } = rootNames(this.#name, typeName);
    const { turns, hasEvents } = this.#model;
    if (hasEvents) {
      this.#subscription.push(`${news}(nr: Int!): ${typeName}`);
      this.#events[news] = find;
    }
    if (turns === undefined) return;
    this.#mutation.push(`${change}(nr: Int!): ${typeName}`);
    this.#changes[change] = (source: unknown, given: { nr: number }) => {
      turns.taken += 1;
      return find(source, given);
    };
  }

  #addAbstract(abstract: Abstract, members: readonly Entity[]): void {
    const { name, kind, standIns, home, keys = [] } = abstract;
    const values = valuesIn(abstract, this.#name);
    const standIn = standIns.find(({ subgraph }) => subgraph === this.#name);
    if (kind === 'union')
      this.#types.push(`union ${name} = ${[...members, ...values].map((each) => each.name).join(' | ')}`);
    else if (standIn !== undefined) this.#addStandIn(name, standIn, members);
    else {
      this.#types.push(printInterface(abstract, { subgraph: this.#name, abstracts: this.#model.abstracts }));
      if (home !== undefined)
        this.#resolvers[name] = {
          __resolveReference: (given: Seen) => this.#foundAmong(members, keys, given),
        };
    }
    const { all } = rootNames(this.#name, name);
    this.#query.push(`${all}: [${name}]`);
    this.#roots[all] = () => materialise(everyOneOf(members, values), this.#world());
    this.#addHappenings(name, (_source, { nr }) =>
      materialise(everyOneOf(members, values)[nr] ?? null, this.#world()),
    );
  }

  #addBoxRoots(box: Box): void {
    const { name, fields, fieldsIn } = box;
    const own = fieldsIn.get(this.#name);
    if (own === undefined) return;
    const { all, shared } = rootNames(this.#name, name);
    const every = () => materialise(everyBox(box), this.#world());
    if (own.length === fields.length) {
      this.#query.push(`${all}: [${name}!]!`);
      this.#roots[all] = every;
      this.#addHappenings(name, (_source, { nr }) => materialise(everyBox(box)[nr] ?? null, this.#world()));
    }
    if (fieldsIn.size === 1) return;
    this.#query.push(`${shared}: [${name}!]! @shareable`);
    this.#roots[shared] = every;
  }

  #addStandIn(name: string, { fields, key }: StandIn, members: readonly Entity[]): void {
    const needed = new Set(fields.flatMap(({ needs = [] }) => needs.map(({ field }) => field)));
    const home = { external: needed };
    const printed = [...fields, ...needed].map((field) => this.#printed(field, home));
    this.#types.push(
      `type ${name} @key(fields: "${key.fieldSet}") @interfaceObject {\n    ${key.sdl}\n    ${printed.join('\n    ')}\n  }`,
    );
    this.#resolvers[name] = {
      ...this.#reckoning(fields),
      __resolveReference: (given: Seen) => this.#foundAmong(members, [key], given),
    };
  }

  #reckoning(fields: readonly Field[]): Readonly<Record<string, unknown>> {
    const own = fields.filter(({ needs, owners }) => needs !== undefined && owners.includes(this.#name));
    return Object.fromEntries(
      own.map((field) => [
        field.name,
        (source: Seen, given: Given) =>
          materialise(reckoned(field, source, given), this.#world(field.provides)),
      ]),
    );
  }

  #foundAmong(members: readonly Entity[], keys: readonly Key[], given: Seen): Seen | null {
    for (const entity of members)
      for (let nr = 0; nr < COUNT; nr += 1) {
        const isIt = keys.some(({ valuesOf }) => isSame(valuesOf(entity.name, nr), given));
        if (isIt) return { ...given, ...this.#see(entity, nr) };
      }
    return null;
  }

  /** An object as this subgraph knows it; a field that has moved away fails. */
  #see(entity: Entity, nr: number, provided: readonly Need[] = []): Seen {
    const standIn = this.#model.abstracts
      .filter(({ name }) => name === entity.standsBehind)
      .flatMap(({ standIns }) => standIns)
      .find(({ subgraph }) => subgraph === this.#name);
    const seen: Seen =
      standIn === undefined
        ? { __typename: entity.name }
        : { __typename: entity.standsBehind, ...standIn.key.valuesOf(entity.name, nr) };
    for (const { valuesOf, partner } of entity.homes.get(this.#name)?.keys ?? []) {
      Object.assign(seen, valuesOf(entity.name, nr));
      if (partner !== undefined) seen['partner'] = () => this.#see(partner, nr);
    }
    for (const field of standIn?.fields ?? entity.fields) {
      const { name, rawOf, provides } = field;
      const providing = provided.find((each) => each.field === field);
      const isTold = field.owners.includes(this.#name) || field.moves?.from === this.#name;
      if (isTold && !isRightIn(this.#name, field))
        seen[name] = () => {
          throw new Error('it is elsewhere');
        };
      else if (rawOf !== undefined && (isRightIn(this.#name, field) || providing !== undefined))
        seen[name] = (given: Given) =>
          materialise(
            rawOf(nr, numberGiven(given), takenFrom(given, field)),
            this.#world([...provides, ...(providing?.below ?? [])]),
          );
    }
    return seen;
  }

  /** As the subgraph sees it, on the way through a field that provides something. */
  #world(provided: readonly Need[] = []): World {
    // Where queries begin it has resolvers.
    return { model: this.#model, roots: {}, see: (entity, nr) => this.#see(entity, nr, provided) };
  }
}

/** Nothing where it has not been told. */
function takenFrom(given: Given, { takes = [] }: Field): readonly Raw[] {
  return takes.map(({ name }) => {
    const taken = given[name];
    return typeof taken === 'string' ? taken : null;
  });
}

function isSame(part: object, whole: object): boolean {
  if (Array.isArray(part) && Array.isArray(whole) && part.length !== whole.length) return false;
  return Object.entries(part).every(([name, value]: [string, unknown]) => {
    const other: unknown = Reflect.get(whole, name);
    if (typeof value !== 'object' || value === null) return value === other;
    return typeof other === 'object' && other !== null && isSame(value, other);
  });
}
