/**
 * Rules in the schemas of a generated federation that nobody meets who has no scopes: on fields and on types, some of
 * them keys, and on each field that needs something of those, as composition wants it. Knows no data.
 */

import { Kind, parse, print, visit, type ConstDirectiveNode } from 'graphql';

import type { FakeSubgraph } from '../../kit/fake-subgraph.ts';
import { numberFrom } from './chance.ts';
import { namedIn, type Field, type Model, type Need } from './model.ts';

export interface Guard {
  readonly subgraphs: readonly FakeSubgraph[];
  /** Of a field as clients see it. */
  readonly isRefused: (typeName: string, field: string, returns: string) => boolean;
}

/** By chance, which follows from the seed. */
export function guard(subgraphs: readonly FakeSubgraph[], model: Model, seed: number): Guard {
  const guarded = guardedIn(model, seed);
  const rule = ruleFrom(seed);
  const behind = new Map(model.entities.map(({ name, standsBehind = '' }) => [name, standsBehind]));
  const withRules = (sdl: string) =>
    visit(parse(sdl), {
      ObjectTypeDefinition(type) {
        const fields = type.fields?.map((field) => {
          const { directives = [] } = field;
          const isOwn = directives.every(({ name }) => name.value !== 'external');
          const isMeant = isOwn && guarded.has(`${type.name.value}.${field.name.value}`);
          return isMeant ? { ...field, directives: [...directives, rule] } : field;
        });
        const own = guarded.has(type.name.value) ? [rule] : [];
        return { ...type, directives: [...(type.directives ?? []), ...own], fields: fields ?? [] };
      },
    });
  return {
    subgraphs: subgraphs.map((each) => ({ ...each, sdl: print(withRules(each.sdl)) })),
    isRefused: (typeName, field, returns) =>
      guarded.has(typeName) ||
      guarded.has(returns) ||
      [typeName, behind.get(typeName)].some((each) => guarded.has(`${each}.${field}`)),
  };
}

function ruleFrom(seed: number): ConstDirectiveNode {
  const rules = ['@requiresScopes(scopes: [["x"], ["y", "z"]])', '@policy(policies: [["p"]])'];
  const [definition] = parse(`scalar S ${rules[numberFrom(seed, 'rule') % rules.length]}`).definitions;
  const [rule] = definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
  if (rule === undefined) throw new Error('there is no rule');
  return rule;
}

interface Owner {
  readonly name: string;
  readonly fields: readonly Field[];
}

/** Types, and fields as `Type.field`. */
function guardedIn(model: Model, seed: number): ReadonlySet<string> {
  const { entities, abstracts, boxes } = model;
  const isIn = (often: number, ...what: readonly unknown[]) =>
    numberFrom(seed, 'rule', ...what) % often === 0;
  const standing = abstracts.flatMap(({ name, standIns }) =>
    standIns.map(({ fields }) => ({ name, fields })),
  );
  const owners: readonly Owner[] = [...entities, ...standing, ...boxes];
  const guarded = new Set(entities.flatMap(({ name }) => (isIn(9, name) ? [name] : [])));
  for (const { name } of entities)
    for (const key of KEYS) if (isIn(12, name, key)) guarded.add(`${name}.${key}`);
  for (const { name, fields } of owners)
    for (const field of fields) if (isIn(6, name, field.name)) guarded.add(`${name}.${field.name}`);
  const isGuarded = ({ name }: Owner, field: string) => guarded.has(name) || guarded.has(`${name}.${field}`);
  const hurts = ({ field, below = [] }: Need): boolean =>
    guarded.has(namedIn(field.type)) ||
    // What several types have may be asked of any of them.
    owners.some(
      (each) => each.fields.some(({ name }) => name === field.name) && isGuarded(each, field.name),
    ) ||
    below.some(hurts);
  const isHurt = ({ needs = [], takes = [] }: Field) =>
    needs.some(hurts) ||
    takes.some(({ told }) => [...told].some(([name, field]) => isGuarded({ name, fields: [] }, field)));
  const hurt = () =>
    owners.flatMap(({ name, fields }) => fields.filter(isHurt).map((field) => `${name}.${field.name}`));
  for (let before = -1; before !== guarded.size;) {
    before = guarded.size;
    for (const each of hurt()) guarded.add(each);
  }
  return guarded;
}

const KEYS = ['id', 'code', 'partner', 'tag'];
