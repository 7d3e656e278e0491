/**
 * What a generated federation consists of: entities, whose fields subgraphs share out among themselves, and the values
 * of all of it, which follow from names and numbers alone.
 */

import { numberFrom } from './chance.ts';

export interface Model {
  readonly subgraphs: readonly string[];
  readonly entities: readonly Entity[];
  /** Types of which an object may be one of several entities. */
  readonly abstracts: readonly Abstract[];
  readonly hasMutations: boolean;
}

export interface Entity {
  readonly name: string;
  readonly homes: ReadonlyMap<string, Home>;
  readonly fields: Field[];
  /** The subgraphs that share a root field for it. */
  readonly sharedBy: readonly string[];
  /** The interface in whose place subgraphs may know it (@interfaceObject). */
  readonly standsBehind?: string;
}

/** What a subgraph knows of an entity. */
export interface Home {
  readonly keys: readonly Key[];
  /** Only who it is: nobody can ask the subgraph for it. */
  readonly isStub: boolean;
  /** Fields that it only knows, for what it needs or provides. */
  readonly external: Set<Field>;
}

export interface Key {
  readonly fieldSet: string;
  readonly sdl: string;
  readonly valuesOf: (entity: string, nr: number) => Readonly<Record<string, Raw>>;
  /** The entity that is part of the key, as the field of that name. */
  readonly partner?: Entity;
}

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly leadsTo: LeadsTo;
  /** Whether there is an argument `n`. */
  readonly hasArgument: boolean;
  readonly owners: readonly string[];
  /** The owner that says less of the type: null may come from it, though it never does. */
  readonly looseIn?: string;
  readonly moves?: Move;
  /** Whether clients do not see it (@inaccessible). */
  readonly isHidden?: boolean;
  readonly needs?: readonly Need[];
  /** What the owner answers of the entities that it leads to. */
  readonly provides: Field[];
  /** Undefined where it is reckoned from what it needs. */
  readonly rawOf?: (nr: number, n: number) => Raw;
}

/** A field that goes from one subgraph to its owner (@override). */
export interface Move {
  readonly from: string;
  /** The share of requests for which it has moved; undefined: all. */
  readonly percent?: number;
}

export type LeadsTo =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'value'; readonly type: ValueType }
  | { readonly kind: 'entity'; readonly entity: Entity }
  | { readonly kind: 'abstract'; readonly members: readonly Entity[] };

export interface Need {
  readonly field: Field;
  readonly n?: number;
  /** Of the entity that it leads to. */
  readonly below?: readonly Need[];
  /** Only where that entity is of the type. */
  readonly onType?: string;
}

export interface Abstract {
  readonly name: string;
  readonly kind: 'interface' | 'union';
  /** By subgraph: which entities it says are some. */
  readonly membersIn: ReadonlyMap<string, readonly Entity[]>;
  readonly commonFields: readonly string[];
  /** The subgraph that has it as an entity, and those that know it as if it were one type (@interfaceObject). */
  readonly home?: string;
  readonly standIns: readonly StandIn[];
}

export interface StandIn {
  readonly subgraph: string;
  readonly fields: readonly Field[];
}

export interface Reference {
  readonly entity: string;
  readonly nr: number;
}

export type Raw =
  string | number | boolean | null | Reference | readonly Raw[] | { readonly [name: string]: Raw };

/** Requests for which a field may or may not have moved draw this share, of one. */
export const DRAWN = 0.5;

/** Whether the subgraph's own answer of the field is the right one. */
export function isRightIn(subgraph: string, { owners, moves }: Field): boolean {
  if (moves === undefined) return owners.includes(subgraph);
  const hasMoved = moves.percent === undefined || DRAWN * 100 < moves.percent;
  return hasMoved ? owners.includes(subgraph) : moves.from === subgraph;
}

/** The subgraphs that answer fields of the entity. */
export function owningOf({ homes }: Entity): readonly string[] {
  return [...homes].filter(([, { isStub }]) => !isStub).map(([subgraph]) => subgraph);
}

/** The root fields by which a subgraph gives its objects. */
export function rootNames(
  subgraph: string,
  typeName: string,
): Readonly<Record<'all' | 'one' | 'shared' | 'change', string>> {
  return {
    all: `all${typeName}Of${subgraph}`,
    one: `one${typeName}Of${subgraph}`,
    shared: `every${typeName}`,
    change: `change${typeName}In${subgraph}`,
  };
}

/** How many of each entity there are. */
export const COUNT = 3;

export const ID: Key = {
  fieldSet: 'id',
  sdl: 'id: ID!',
  valuesOf: (entity, nr) => ({ id: `${entity}-${nr}` }),
};

/** Each entity has the one of its own number. */
export function partnerKey(partner: Entity): Key {
  return {
    fieldSet: 'partner { id }',
    sdl: `partner: ${partner.name}!`,
    valuesOf: (_entity, nr) => ({ partner: ID.valuesOf(partner.name, nr) }),
    partner,
  };
}

export const OTHER_KEYS: readonly Key[] = [
  {
    fieldSet: 'code',
    sdl: 'code: String!',
    valuesOf: (entity, nr) => ({ code: `code ${entity} ${nr}` }),
  },
  {
    fieldSet: 'maker number',
    sdl: 'maker: String!  number: Int!',
    valuesOf: (entity, nr) => ({ maker: `maker of ${entity}`, number: nr }),
  },
  {
    fieldSet: 'tag { mark turn }',
    sdl: 'tag: Tag!',
    valuesOf: (entity, nr) => ({ tag: { mark: entity, turn: nr } }),
  },
];

export interface ValueType {
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
  /** What is needed of it where it is needed. */
  readonly selection: string;
}

const [FLAT, NESTED] = [
  { name: 'Flat', fields: { a: 'Int!', b: 'String' }, selection: '{ a b }' },
  {
    name: 'Nested',
    fields: { x: 'Float', inner: 'Flat', inners: '[Flat]!' },
    selection: '{ x inner { a } inners { b } }',
  },
];

export const VALUE_TYPES: readonly ValueType[] = [FLAT, NESTED];
export const SCALARS = [
  'Int',
  'String',
  'String!',
  'Float',
  'Boolean',
  'Hue',
  '[Int!]',
  '[[String]!]',
  'Any',
];

/** A value of the type that follows from where it stands; null now and then where that is allowed. */
export function valueAt(type: string, ...place: readonly unknown[]): Raw {
  return filled(type, place, (name, number) => {
    const fields = VALUE_TYPES.find((each) => each.name === name)?.fields;
    if (fields === undefined) return scalarFrom(name, number);
    return Object.fromEntries(
      Object.entries(fields).map(([field, of]) => [field, valueAt(of, ...place, number, field)]),
    );
  });
}

/** The same for one of the entities. */
export function referenceAt(among: readonly Entity[], type: string, ...place: readonly unknown[]): Raw {
  return filled(type, place, (_name, number): Reference => {
    const entity = among[number % among.length]?.name ?? '';
    return { entity, nr: Math.floor(number / 7) % COUNT };
  });
}

/** All of them and a null, in turn. */
export function everyOneOf(entities: readonly Entity[]): Raw {
  const turns = Array.from({ length: COUNT }, (_, nr) => entities.map(({ name }) => ({ entity: name, nr })));
  return [...turns.flat(), null];
}

export function isReference(raw: Raw): raw is Reference {
  return typeof raw === 'object' && raw !== null && 'entity' in raw && 'nr' in raw;
}

function filled(type: string, place: readonly unknown[], make: (name: string, number: number) => Raw): Raw {
  const number = numberFrom(type, ...place);
  if (type.endsWith('!')) return filledForSure(type.slice(0, -1), place, make);
  if (number % 5 === 0) return null;
  if (!type.startsWith('[')) return make(type, number);
  return Array.from({ length: number % 4 }, (_, index) => filled(type.slice(1, -1), [...place, index], make));
}

function filledForSure(
  type: string,
  place: readonly unknown[],
  make: (name: string, number: number) => Raw,
): Raw {
  for (let turn = 0; ; turn += 1) {
    const found = filled(type, [...place, turn], make);
    if (found !== null) return found;
  }
}

function scalarFrom(name: string, number: number): Raw {
  switch (name) {
    case 'Int':
      return number % 100;
    case 'Float':
      return (number % 1000) / 8;
    case 'Boolean':
      return number % 2 === 0;
    case 'Hue':
      return ['RED', 'GREEN', 'GREY'][number % 3] ?? null;
    case 'Any':
      return { any: [number % 5, null, { deep: `d${number % 7}` }] };
    default:
      return `text ${number % 50}`;
  }
}
