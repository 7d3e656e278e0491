/**
 * The truth of a generated federation: each object with all of its fields, as one schema would tell it.
 */

import {
  rootNames,
  valuesIn,
  type Context,
  type Entity,
  type Field,
  type Model,
  type Need,
  type Raw,
} from './model.ts';
import { aroundRoot, COUNT, everyBox, everyOneOf, isReference, ROOT, valueAt } from './values.ts';
import { numberGiven, plainWish, type Given } from './wishes.ts';

/** An object as somebody sees it: values, and functions of arguments. */
export type Seen = Record<string, unknown>;

export function truthOf(model: Model): object {
  const roots: Seen = {};
  const atRoot = model.contexts.map((each): [Context, Raw] => [each, aroundRoot(each.subgraph)]);
  const truth = worldIn(new Map(atRoot), model, roots);
  for (const { subgraph } of model.contexts) roots[rootNames(subgraph, '').around] = aroundRoot(subgraph);
  for (const subgraph of model.subgraphs) {
    for (const entity of model.entities) {
      const names = rootNames(subgraph, entity.name);
      const every = Array.from({ length: COUNT }, (_, nr) => truth.see(entity, nr));
      roots[names.all] = every;
      roots[names.shared] = every;
      const find: Find = ({ nr }) => every[nr] ?? null;
      roots[names.one] = find;
      Object.assign(roots, happenings(model, names, find));
    }
    for (const abstract of model.abstracts) {
      const { name, membersIn } = abstract;
      const members = membersIn.get(subgraph);
      if (members === undefined) continue;
      const every = everyOneOf(members, valuesIn(abstract, subgraph));
      const names = rootNames(subgraph, name);
      roots[names.all] = materialise(every, truth);
      Object.assign(
        roots,
        happenings(model, names, ({ nr }) => materialise(every[nr] ?? null, truth)),
      );
    }
    for (const box of model.boxes) {
      const names = rootNames(subgraph, box.name);
      const every = everyBox(box);
      roots[names.all] = materialise(every, truth);
      roots[names.shared] = roots[names.all];
      Object.assign(
        roots,
        happenings(model, names, ({ nr }) => materialise(every[nr] ?? null, truth)),
      );
    }
  }
  return roots;
}

type Find = (given: { readonly nr: number }) => unknown;

function happenings({ turns }: Model, { change, news }: ReturnType<typeof rootNames>, find: Find): Seen {
  const changing: Find = (given) => {
    if (turns !== undefined) turns.taken += 1;
    return find(given);
  };
  return { [news]: find, [change]: changing };
}

/** What fields are given. */
type Around = ReadonlyMap<Context, Raw>;

/** Whoever sees objects: what is to be seen where queries begin, and each entity. */
export interface World {
  readonly model: Model;
  readonly roots: object;
  readonly see: (entity: Entity, nr: number) => Seen;
}

function worldIn(around: Around, model: Model, roots: object): World {
  const see = (entity: Entity, nr: number): Seen => {
    // For what it leads to; it is not around itself.
    const here = new Map(around);
    for (const context of model.contexts) {
      const field = entity.fields.find(({ name }) => name === context.told.get(entity.name));
      if (field !== undefined) here.set(context, field.rawOf?.(nr, 1, []) ?? null);
    }
    return seeAll(worldIn(here, model, roots), around, entity, nr);
  };
  return { model, roots, see };
}

function seeAll(world: World, around: Around, entity: Entity, nr: number): Seen {
  const seen: Seen = { __typename: entity.name };
  for (const { keys } of entity.homes.values())
    for (const { valuesOf, partner } of keys) {
      Object.assign(seen, valuesOf(entity.name, nr));
      if (partner !== undefined) seen['partner'] = () => world.see(partner, nr);
    }
  const standIns = world.model.abstracts
    .filter(({ name }) => name === entity.standsBehind)
    .flatMap((each) => each.standIns);
  for (const field of [...entity.fields, ...standIns.flatMap(({ fields }) => fields)])
    seen[field.name] = (given: Given = {}) => {
      const taken = field.takes?.map((each) => around.get(each) ?? null) ?? [];
      const raw = field.rawOf?.(nr, numberGiven(given), taken) ?? null;
      return materialise(field.needs === undefined ? raw : reckoned(field, seen, given), world);
    };
  return seen;
}

/** The value with objects for what it refers to. */
export function materialise(raw: Raw, world: World): unknown {
  if (raw === ROOT) return world.roots;
  if (isReference(raw)) {
    const entity = world.model.entities.find(({ name }) => name === raw.entity);
    return entity === undefined ? null : world.see(entity, raw.nr);
  }
  if (Array.isArray(raw)) return raw.map((each: Raw) => materialise(each, world));
  if (typeof raw !== 'object' || raw === null) return raw;
  return Object.fromEntries(Object.entries(raw).map(([name, each]) => [name, materialise(each, world)]));
}

/** What a field makes of what it needs, whoever has that; of nothing it makes something else than of null. */
export function reckoned(
  { name, type, needs = [], leadsTo, hasArgument }: Field,
  source: Seen,
  given: Given,
): Raw {
  const text = `${name}(${hasArgument ? numberGiven(given) : ''}) of ${JSON.stringify(needs.map((need) => read(need, source)))}`;
  return leadsTo.kind === 'scalar' ? text : valueAt(leadsTo, type, text);
}

function read({ field, n = 1, below }: Need, source: Seen): unknown {
  const found = source[field.name];
  const value: unknown =
    typeof found === 'function' ? found(field.isWished === true ? { of: plainWish(n) } : { n }) : found;
  if (value === undefined) return `${field.name} is missing`;
  if (below !== undefined)
    return each(value, (object) => below.map((need) => (isOf(object, need) ? read(need, object) : [])));
  if (field.leadsTo.kind !== 'value') return value;
  return each(value, ({ a, b, x, inner, inners }) => [
    a,
    b,
    x,
    each(inner, (flat) => flat['a']),
    each(inners, (flat) => flat['b']),
  ]);
}

/** Who needs something of one type is not told the type: it is there or not. */
function isOf(object: Seen, { field, onType }: Need): boolean {
  if (onType === undefined) return true;
  const { __typename: typeName } = object;
  return typeName === undefined ? Object.hasOwn(object, field.name) : typeName === onType;
}

function each(value: unknown, change: (object: Seen) => unknown): unknown {
  if (value == null) return null;
  if (Array.isArray(value)) return value.map((item) => each(item, change));
  // What is neither null nor a list is an object here.
  return change(value as Seen);
}
