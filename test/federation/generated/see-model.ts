/**
 * The truth of a generated federation: each object with all of its fields, as one schema would tell it.
 */

import {
  COUNT,
  everyOneOf,
  isReference,
  rootNames,
  referenceAt,
  valueAt,
  type Entity,
  type Field,
  type Model,
  type Need,
  type Raw,
} from './model.ts';

/** An object as somebody sees it: values, and functions of arguments. */
export type Seen = Record<string, unknown>;

export function truthOf(model: Model): object {
  const roots: Seen = {};
  const see = (entity: Entity, nr: number) => seeAll(model, entity, nr);
  for (const subgraph of model.subgraphs) {
    for (const entity of model.entities) {
      const { all, one, shared, change } = rootNames(subgraph, entity.name);
      roots[all] = Array.from({ length: COUNT }, (_, nr) => see(entity, nr));
      roots[shared] = roots[all];
      roots[one] = ({ nr }: { readonly nr: number }) => (nr < COUNT ? see(entity, nr) : null);
      roots[change] = roots[one];
    }
    for (const { name, membersIn } of model.abstracts) {
      const members = membersIn.get(subgraph);
      if (members === undefined) continue;
      roots[rootNames(subgraph, name).all] = materialise(everyOneOf(members), model, see);
    }
  }
  return roots;
}

function seeAll(model: Model, entity: Entity, nr: number): Seen {
  const seen: Seen = { __typename: entity.name };
  for (const { keys } of entity.homes.values())
    for (const { valuesOf, partner } of keys) {
      Object.assign(seen, valuesOf(entity.name, nr));
      if (partner !== undefined) seen['partner'] = () => seeAll(model, partner, nr);
    }
  const standIns = model.abstracts
    .filter(({ name }) => name === entity.standsBehind)
    .flatMap((each) => each.standIns);
  for (const field of [...entity.fields, ...standIns.flatMap(({ fields }) => fields)])
    seen[field.name] = (given: { readonly n?: number } = {}) => {
      const raw = field.rawOf?.(nr, given.n ?? 1) ?? null;
      return materialise(
        field.needs === undefined ? raw : reckoned(field, seen, given),
        model,
        (target, at) => seeAll(model, target, at),
      );
    };
  return seen;
}

/** The value with objects for what it refers to. */
export function materialise(raw: Raw, model: Model, see: (entity: Entity, nr: number) => Seen): unknown {
  if (isReference(raw)) {
    const entity = model.entities.find(({ name }) => name === raw.entity);
    return entity === undefined ? null : see(entity, raw.nr);
  }
  return Array.isArray(raw) ? raw.map((each: Raw) => materialise(each, model, see)) : raw;
}

/** What a field makes of what it needs, whoever has that; of nothing it makes something else than of null. */
export function reckoned(
  { name, type, needs = [], leadsTo, hasArgument }: Field,
  source: Seen,
  { n = 1 }: { readonly n?: number },
): Raw {
  const text = `${name}(${hasArgument ? n : ''}) of ${JSON.stringify(needs.map((need) => read(need, source)))}`;
  if (leadsTo.kind === 'entity') return referenceAt([leadsTo.entity], type, text);
  return leadsTo.kind === 'scalar' ? text : valueAt(type, text);
}

function read({ field, n = 1, below }: Need, source: Seen): unknown {
  const found = source[field.name];
  const value: unknown = typeof found === 'function' ? found({ n }) : found;
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

function isOf(object: Seen, { onType }: Need): boolean {
  return onType === undefined || object['__typename'] === undefined || object['__typename'] === onType;
}

function each(value: unknown, change: (object: Seen) => unknown): unknown {
  if (value == null) return null;
  if (Array.isArray(value)) return value.map((item) => each(item, change));
  // What is neither null nor a list is an object here.
  return change(value as Seen);
}
