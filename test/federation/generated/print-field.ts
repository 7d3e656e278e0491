/**
 * How a subgraph of a generated federation writes its fields and its contexts in its schema.
 */

import type { Context, Field, Home, Move, Need } from './model.ts';

export interface Telling extends Pick<Home, 'external'> {
  readonly subgraph: string;
  /** Those that somebody tells on some ways only (@provides). */
  readonly provided: ReadonlySet<Field>;
}

export function printField(field: Field, { subgraph, external, provided }: Telling): string {
  const { name, needs, owners, wider, moves } = field;
  const isOwner = owners.includes(subgraph) && !(needs === undefined && external.has(field));
  const type = wider !== undefined && (!isOwner || wider.subgraph === subgraph) ? wider.type : field.type;
  const others = moves?.from === subgraph ? [] : ['@external'];
  const directives = isOwner ? directivesOf(field, provided.has(field)) : others;
  return `${name}${argumentsOf(field)}: ${[type, ...directives].join(' ')}`;
}

export function printContext({ name }: Context): string {
  return `@context(name: "${name}")`;
}

function fieldSetOf(needs: readonly Need[]): string {
  return needs
    .map(({ field: { name, leadsTo, isWished = false }, n, below, onType }) => {
      const number = isWished ? `of: { n: ${n} }` : `n: ${n}`;
      const given = n === undefined ? '' : `(${number})`;
      const inner = below === undefined ? '' : ` { ${fieldSetOf(below)} }`;
      const text = `${name}${given}${leadsTo.kind === 'value' ? ` ${leadsTo.type.selection}` : inner}`;
      return onType === undefined ? text : `... on ${onType} { ${text} }`;
    })
    .join(' ');
}

export function argumentsOf({ hasArgument, isWished = false, takes = [] }: Field): string {
  const own = hasArgument ? [isWished ? 'of: Wish! = { n: 1 }' : 'n: Int! = 1'] : [];
  const given = takes.map((each) => `${each.name}: String @fromContext(field: "${choiceFrom(each)}")`);
  const all = [...own, ...given];
  return all.length === 0 ? '' : `(${all.join(', ')})`;
}

function choiceFrom({ name, told }: Context): string {
  const parts = [...told].map(([type, field]) => `... on ${type} { ${field} }`);
  return `$${name} ${parts.join(' ')}`;
}

function directivesOf(field: Field, isProvided: boolean): readonly string[] {
  const { needs, provides, owners, moves, isHidden = false } = field;
  return [
    ...(isHidden ? ['@inaccessible'] : []),
    ...(owners.length > 1 || isProvided ? ['@shareable'] : []),
    ...(moves === undefined ? [] : [overrideOf(moves)]),
    ...(needs === undefined ? [] : [`@requires(fields: "${fieldSetOf(needs)}")`]),
    ...(provides.length > 0 ? [`@provides(fields: "${providedSet(field)}")`] : []),
  ];
}

function providedSet({ provides, leadsTo }: Field): string {
  if (leadsTo.kind !== 'abstract') return fieldSetOf(provides);
  const parts = leadsTo.members.flatMap(({ name, fields }) => {
    const own = provides.filter(({ field }) => fields.includes(field));
    return own.length === 0 ? [] : [`... on ${name} { ${fieldSetOf(own)} }`];
  });
  return parts.join(' ');
}

function overrideOf({ from, percent }: Move): string {
  const label = percent === undefined ? '' : `, label: "percent(${percent})"`;
  return `@override(from: "${from}"${label})`;
}
