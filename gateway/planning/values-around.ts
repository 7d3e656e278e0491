/**
 * A field that takes a value from around its object (@fromContext) may stand in one fetch on the entities and on objects
 * below them. An entity is around what stands below it, and not around itself; the planner has one variable for both all
 * the same. Here each has its own. Knows no schema and no data.
 */

import type { FetchDataKeyRenamer, FetchNode } from '@apollo/query-planner';
import { print, stripIgnoredCharacters, visit } from 'graphql';

import { documentOf } from './fetch-document.ts';

/** The fetch with nothing of an entity read for a field of that entity itself; the same where nothing is. */
export function withValuesApart(fetch: FetchNode): FetchNode {
  const { contextRewrites = [], variableUsages = [] } = fetch;
  const mixed = mixedIn(contextRewrites);
  if (mixed.size === 0) return fetch;
  const { document, below, beside } = withNamesBelow(fetch, mixed);
  const ofName = (names: ReadonlySet<string>) =>
    contextRewrites.filter(({ renameKeyTo }) => names.has(renameKeyTo));
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(document)),
    variableUsages: [
      ...variableUsages.filter((name) => !mixed.has(name) || beside.has(name)),
      ...[...below].map(nameBelow),
    ],
    contextRewrites: [
      ...contextRewrites.filter(({ renameKeyTo }) => !mixed.has(renameKeyTo)),
      ...ofName(beside).filter((rewrite) => !isOfEntity(rewrite)),
      ...ofName(below).map((rewrite) => ({ ...rewrite, renameKeyTo: nameBelow(rewrite.renameKeyTo) })),
    ],
  };
}

/** The variables that are read both of the entities and of what stands above them. */
function mixedIn(rewrites: readonly FetchDataKeyRenamer[]): ReadonlySet<string> {
  const byName = Map.groupBy(rewrites, ({ renameKeyTo }) => renameKeyTo);
  const mixed = [...byName].filter(([, own]) => own.some(isOfEntity) && !own.every(isOfEntity));
  return new Set(mixed.map(([name]) => name));
}

function isOfEntity({ path }: FetchDataKeyRenamer): boolean {
  return path[0] !== '..';
}

function nameBelow(name: string): string {
  return `${name}_below`;
}

/** The document with other names for those that stand below entities, and which these are, and which are not. */
function withNamesBelow(fetch: FetchNode, names: ReadonlySet<string>) {
  // The field itself, and `_entities` where it does not begin at the root.
  const fieldsToEntity = fetch.requires === undefined ? 1 : 2;
  const below = new Set<string>();
  const beside = new Set<string>();
  let depth = 0;
  const renamed = visit(documentOf(fetch), {
    VariableDefinition: () => false,
    Field: {
      enter: () => void (depth += 1),
      leave: () => void (depth -= 1),
    },
    Variable(node) {
      const { value } = node.name;
      if (!names.has(value)) return undefined;
      const isBelow = depth > fieldsToEntity;
      (isBelow ? below : beside).add(value);
      return isBelow ? { ...node, name: { ...node.name, value: nameBelow(value) } } : undefined;
    },
  });
  const defined = visit(renamed, {
    OperationDefinition: (node) => ({
      ...node,
      variableDefinitions: node.variableDefinitions?.flatMap((definition) => {
        const { name } = definition.variable;
        if (!names.has(name.value)) return [definition];
        const variable = { ...definition.variable, name: { ...name, value: nameBelow(name.value) } };
        return [
          ...(beside.has(name.value) ? [definition] : []),
          ...(below.has(name.value) ? [{ ...definition, variable }] : []),
        ];
      }),
    }),
  });
  return { document: defined, below, beside };
}
