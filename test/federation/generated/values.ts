/**
 * The values of a generated federation, which follow from names and numbers alone.
 */

import { unreachable } from '../../../gateway/base/unreachable.ts';
import { numberFrom } from './chance.ts';
import type { Box, Entity, Key, LeadsTo, Raw, Reference, ValueType } from './model.ts';

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
  {
    fieldSet: 'tags { mark turn } marks',
    sdl: 'tags: [Tag!]!  marks: [String!]!',
    valuesOf: (entity, nr) => ({
      tags: Array.from({ length: nr + 1 }, (_, turn) => ({ mark: entity, turn })),
      marks: ['same', entity],
    }),
  },
];

/** By which interfaces are known that are entities. */
export const INTERFACE_KEYS: readonly Key[] = [ID, ...OTHER_KEYS.slice(0, 1)];

const [FLAT, NESTED] = [
  { name: 'Flat', fields: { a: 'Int!', b: 'String' }, selection: '{ a b }' },
  {
    name: 'Nested',
    fields: { x: 'Float', inner: 'Flat', inners: '[Flat]!' },
    selection: '{ x inner { a } inners { b } }',
  },
];

/** Those that stand behind an interface, one of which clients do not see. */
export const WIDE_TYPES: readonly ValueType[] = [
  { name: 'Low', fields: { a: 'Int!', b: 'String', c: 'Hue' }, selection: '{ a }' },
  { name: 'High', fields: { a: 'Int!', b: 'String!', inner: 'Flat' }, selection: '{ a }' },
  { name: 'Gone', fields: { a: 'Int!', b: 'String', inners: '[Flat!]' }, selection: '{ a }', isHidden: true },
];

/** Those to which fields lead that lead to nothing else. */
export const SEEN_TYPES: readonly ValueType[] = [FLAT, NESTED];
export const VALUE_TYPES: readonly ValueType[] = [...SEEN_TYPES, ...WIDE_TYPES];
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
export function valueAt(leadsTo: LeadsTo, type: string, ...place: readonly unknown[]): Raw {
  return filled(type, place, (name, at) => valueThere(leadsTo, name, at));
}

function valueThere(leadsTo: LeadsTo, name: string, place: readonly unknown[]): Raw {
  switch (leadsTo.kind) {
    case 'scalar':
      return name === 'Tone' ? toneAt(leadsTo.tones ?? [], place) : plainValue(name, place);
    case 'value':
      return plainValue(name, place);
    case 'entity':
      return referenceTo([leadsTo.entity], place);
    case 'abstract':
      return oneAmong(leadsTo.members, leadsTo.values, place);
    case 'box':
      return Object.fromEntries(
        leadsTo.box.fields.map((field) => [
          field.name,
          valueAt(field.leadsTo, field.type, ...place, field.name),
        ]),
      );
    case 'root':
      return ROOT;
    default:
      return unreachable(leadsTo);
  }
}

function toneAt(tones: readonly string[], place: readonly unknown[]): Raw {
  return tones[numberFrom('tone', ...place) % tones.length] ?? null;
}

function oneAmong(members: readonly Entity[], values: readonly ValueType[], place: readonly unknown[]): Raw {
  const chosen = numberFrom('among', ...place) % (members.length + values.length);
  const value = values[chosen - members.length];
  return value === undefined ? referenceTo(members, place) : namedValue(value.name, place);
}

/** A value that says of which type it is. */
function namedValue(name: string, place: readonly unknown[]): Raw {
  const value = plainValue(name, place);
  return typeof value === 'object' && value !== null ? { __typename: name, ...value } : value;
}

function plainValue(name: string, place: readonly unknown[]): Raw {
  const fields = VALUE_TYPES.find((each) => each.name === name)?.fields;
  if (fields === undefined) return scalarFrom(name, numberFrom(name, ...place));
  return Object.fromEntries(
    Object.entries(fields).map(([field, type]) => [
      field,
      valueAt({ kind: 'scalar' }, type, ...place, field),
    ]),
  );
}

function referenceTo(among: readonly Entity[], place: readonly unknown[]): Reference {
  const number = numberFrom(...place);
  return { entity: among[number % among.length]?.name ?? '', nr: Math.floor(number / 7) % COUNT };
}

/** All of them and a null, in turn. */
export function everyOneOf(entities: readonly Entity[], values: readonly ValueType[]): readonly Raw[] {
  const turns = Array.from({ length: COUNT }, (_, nr) => entities.map(({ name }) => ({ entity: name, nr })));
  return [...turns.flat(), ...values.map(({ name }) => namedValue(name, [name])), null];
}

export function everyBox(box: Box): readonly Raw[] {
  return Array.from({ length: COUNT }, (_, nr) => valueAt({ kind: 'box', box }, `${box.name}!`, nr));
}

/** What a subgraph says of where queries begin. */
export function aroundRoot(subgraph: string): Raw {
  return `the whole of ${subgraph}`;
}

/** Back to where queries begin. */
export const ROOT: Raw = { root: true };

export function isReference(raw: Raw): raw is Reference {
  return typeof raw === 'object' && raw !== null && 'entity' in raw && 'nr' in raw;
}

type Make = (name: string, place: readonly unknown[]) => Raw;

function filled(type: string, place: readonly unknown[], make: Make): Raw {
  const number = numberFrom(type, ...place);
  if (type.endsWith('!')) return filledForSure(type.slice(0, -1), place, make);
  if (number % 5 === 0) return null;
  if (!type.startsWith('[')) return make(type, place);
  return Array.from({ length: number % 4 }, (_, index) => filled(type.slice(1, -1), [...place, index], make));
}

function filledForSure(type: string, place: readonly unknown[], make: Make): Raw {
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
