/**
 * How a subgraph of a generated federation writes an interface in its schema: it has what all of its objects have
 * there, some of it by a wider type.
 */

import {
  isWithin,
  namedIn,
  valuesIn,
  type Abstract,
  type CommonField,
  type Entity,
  type Field,
  type Home,
  type ValueType,
} from './model.ts';
import { argumentsOf } from './print-field.ts';

interface Place {
  readonly subgraph: string;
  readonly abstracts: readonly Abstract[];
}

/** Whether the subgraph has the field, for whatever reason. */
export function shows(field: Field, { external }: Home, subgraph: string): boolean {
  return field.owners.includes(subgraph) || field.moves?.from === subgraph || external.has(field);
}

export function printInterface(abstract: Abstract, place: Place): string {
  const { name, above, home, keys = [], membersIn, commonFields } = abstract;
  const values = valuesIn(abstract, place.subgraph);
  if (values.length > 0) return `interface ${name} { ${printCommon(values)} }`;
  const members = membersIn.get(place.subgraph) ?? [];
  const homes = members.map(({ homes }) => homes.get(place.subgraph));
  const hasId = homes.every((each) => each?.keys.some(({ fieldSet }) => fieldSet === 'id'));
  const printed = [
    ...(home === undefined && hasId ? ['id: ID!'] : []),
    ...keys.map(({ sdl }) => sdl),
    ...commonFields.flatMap((field) => {
      const [first, ...others] = fieldsOf(members, field, place);
      return first === undefined || others.includes(undefined)
        ? []
        : [`${field}${argumentsOf(first)}: ${first.type}`];
    }),
    ...narrowedIn(abstract, members, place).map((field) => `${field.name}: ${field.type}`),
  ];
  const head = [
    `interface ${name}`,
    ...(above === undefined ? [] : [`implements ${above.name}`]),
    ...(home === undefined ? [] : keys.map(({ fieldSet }) => `@key(fields: "${fieldSet}")`)),
  ];
  return `${head.join(' ')} { ${printed.join('  ')} }`;
}

/** By the widest of their types. */
function printCommon([first, ...others]: readonly ValueType[]): string {
  const common = Object.entries(first?.fields ?? {}).filter(([name]) =>
    others.every(({ fields }) => Object.hasOwn(fields, name)),
  );
  return common
    .map(([name, type]) => {
      const types = [type, ...others.map(({ fields }) => fields[name])];
      return `${name}: ${types.find((each) => each?.endsWith('!') === false) ?? type}`;
    })
    .join('  ');
}

/** What the interface above it has, it has too. */
function narrowedIn(
  { narrowed, above }: Abstract,
  members: readonly Entity[],
  place: Place,
): readonly CommonField[] {
  const own = narrowed.filter((each) => isCommon(each, members, place));
  if (above === undefined) return own;
  const inherited = narrowedIn(above, above.membersIn.get(place.subgraph) ?? [], place);
  return [...own, ...inherited.filter(({ name }) => own.every((each) => each.name !== name))];
}

function isCommon({ name, type }: CommonField, members: readonly Entity[], place: Place): boolean {
  return fieldsOf(members, name, place).every((field) => {
    const shown = field === undefined ? '' : typeIn(field, place.subgraph);
    return isWithin(namedIn(shown), namedIn(type), place);
  });
}

function typeIn({ type, wider, owners }: Field, subgraph: string): string {
  return wider !== undefined && (!owners.includes(subgraph) || wider.subgraph === subgraph)
    ? wider.type
    : type;
}

function fieldsOf(
  members: readonly Entity[],
  name: string,
  { subgraph }: Place,
): readonly (Field | undefined)[] {
  return members.map(({ fields, homes }) => {
    const home = homes.get(subgraph);
    return fields.find((field) => field.name === name && home !== undefined && shows(field, home, subgraph));
  });
}
