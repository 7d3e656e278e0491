/**
 * How somebody gets to a type: the shortest way over fields that the rules let them pass, from the root or from the
 * types where one may begin. Knows no data.
 */

import {
  getNamedType,
  isObjectType,
  isRequiredArgument,
  Kind,
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql';

import type { SystemName } from '../../schema/ownership.ts';
import { bareSchema } from './policy.ts';
import { bySystem, SYSTEM_NAMES } from '../systems/system-names.ts';

/** A field that leads from one object type to another. */
export interface Step {
  readonly system: SystemName;
  readonly from: string;
  readonly to: string;
  readonly field: string;
  readonly place: string;
  /** Whether it has to be told what to find. */
  readonly isLookup: boolean;
  /** Fields of the other type that come along although another system owns them. */
  readonly provides: readonly string[];
}

export interface SystemShape {
  readonly steps: readonly Step[];
  /** Types that can be entered by their key. */
  readonly entities: readonly string[];
  /** By type: the fields that others own and that come along with a reference. */
  readonly brought: Readonly<Record<string, readonly BroughtField[]>>;
  /** By `Type.field` of another system's field: the field of this one that provides it (`@provides`). */
  readonly providers: Readonly<Record<string, Step>>;
  /** `Type.field` of all fields that give objects. */
  readonly composite: ReadonlySet<string>;
  /** `Type.field` of all fields that must be told what to find. */
  readonly lookups: ReadonlySet<string>;
}

export interface BroughtField {
  readonly name: string;
  /** What to ask of it, with braces; empty for a plain value. */
  readonly selection: string;
}

export const SHAPES: Readonly<Record<SystemName, SystemShape>> = bySystem(SYSTEM_NAMES.map(shapeOf));

export const ALL_STEPS: readonly Step[] = SYSTEM_NAMES.flatMap((system) => SHAPES[system].steps);

export type Ways = ReadonlyMap<string, readonly Step[]>;

/** To every type that can be reached; the way to where one may begin has no steps. */
export function waysFrom(
  starts: readonly string[],
  steps: readonly Step[],
  mayPass: (step: Step) => boolean = () => true,
): Ways {
  const ways = new Map<string, readonly Step[]>(starts.map((type) => [type, []]));
  // A Map hands out what is added while it is walked, which makes this a search in breadth.
  for (const [type, way] of ways) {
    for (const step of steps)
      if (step.from === type && !ways.has(step.to) && mayPass(step)) ways.set(step.to, [...way, step]);
  }
  return ways;
}

function shapeOf(system: SystemName): SystemShape {
  const types = Object.values(bareSchema(system).getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('_'));
  const readable = types.filter(({ name }) => name !== 'Mutation' && name !== 'Subscription');
  const fields = types.flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })));
  const namesOf = (chosen: typeof fields) =>
    new Set(chosen.map(({ type, field }) => `${type.name}.${field.name}`));
  const steps = readable.flatMap((type) => stepsOf(system, type));
  return {
    steps,
    providers: Object.fromEntries(
      steps.flatMap((step) => step.provides.map((name) => [`${step.to}.${name}`, step])),
    ),
    entities: types.filter((type) => hasDirective(type, 'key')).map(({ name }) => name),
    brought: Object.fromEntries(types.map((type) => [type.name, broughtOf(type)])),
    composite: namesOf(fields.filter(({ field }) => isObjectType(getNamedType(field.type)))),
    lookups: namesOf(fields.filter(({ field }) => field.args.some(isRequiredArgument))),
  };
}

/** What another system answers is no way through this one. */
function stepsOf(system: SystemName, type: GraphQLObjectType): readonly Step[] {
  return Object.values(type.getFields()).flatMap((field) => {
    const to = getNamedType(field.type);
    if (!isObjectType(to) || to.name.startsWith('_') || hasDirective(field, 'external')) return [];
    const place = `${type.name}.${field.name}`;
    const isLookup = field.args.some(isRequiredArgument);
    const provides = providedBy(field);
    return [{ system, from: type.name, to: to.name, field: field.name, place, isLookup, provides }];
  });
}

function broughtOf(type: GraphQLObjectType): readonly BroughtField[] {
  return Object.values(type.getFields())
    .filter((field) => hasDirective(field, 'external'))
    .map(({ name, type: given }) => {
      const inner = getNamedType(given);
      const parts = isObjectType(inner) ? Object.keys(inner.getFields()) : [];
      return { name, selection: parts.length === 0 ? '' : `{ ${parts.join(' ')} }` };
    });
}

/** Names only: no system here provides a part of a part. */
function providedBy(field: GraphQLField<unknown, unknown>): readonly string[] {
  const given = directiveOf(field, 'provides')?.arguments?.[0]?.value;
  return given?.kind === Kind.STRING ? given.value.split(/\s+/).filter((name) => name !== '') : [];
}

interface Described {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined;
}

function hasDirective(described: Described, name: string): boolean {
  return directiveOf(described, name) !== undefined;
}

function directiveOf({ astNode }: Described, name: string): ConstDirectiveNode | undefined {
  return astNode?.directives?.find((directive) => directive.name.value === name);
}
