/**
 * What a fetch must have from others, and what others have from it: fields of the response, as names joined by dots.
 * Knows no plan.
 */

import type { FetchDataRewrite, FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

import { askedThere, fieldBelow } from './placed-fetches.ts';

/** What it sends of its entities, and what it reads of the objects around them. */
export function fieldsAwaited(fetch: FetchNode, path: string): readonly string[] {
  return [...fieldsSent(fetch.requires ?? [], path), ...fieldsAround(fetch, path)];
}

export function fieldsBrought(
  fetch: FetchNode,
  operation: OperationDefinitionNode,
  path: string,
): ReadonlySet<string> {
  const found = new Set<string>();
  const renames = renamesOf(fetch.outputRewrites ?? []);
  for (const set of askedThere(fetch, operation)) addFields(set, path, { renames, found });
  return found;
}

/** What the renamed keys are called and come to be called. */
export function renamesOf(rewrites: readonly FetchDataRewrite[]): ReadonlyMap<string, string> {
  return new Map(
    rewrites.flatMap((rewrite) =>
      rewrite.kind === 'KeyRenamer' ? [[String(rewrite.path.at(-1)), rewrite.renameKeyTo] as const] : [],
    ),
  );
}

function fieldsSent(selections: readonly QueryPlanSelectionNode[], path: string): readonly string[] {
  return selections.flatMap((node): readonly string[] => {
    if (node.kind === 'InlineFragment') return fieldsSent(node.selections, path);
    if (node.name === '__typename') return [];
    const at = fieldBelow(path, node.name);
    return [at, ...fieldsSent(node.selections ?? [], at)];
  });
}

/** What it reads of the objects above its entities: `..` leads from an object to the one above. */
function fieldsAround(
  { contextRewrites = [], variableUsages = [] }: FetchNode,
  path: string,
): readonly string[] {
  const used = contextRewrites.filter(({ renameKeyTo }) => variableUsages.includes(renameKeyTo));
  return used.map((rewrite) => {
    const levels = rewrite.path.filter((step) => step === '..').length;
    const above = path.split('.').slice(0, levels === 0 ? undefined : -levels);
    const below = rewrite.path.filter((step) => !step.startsWith('..'));
    return [...above, ...below].filter((step) => step !== '').join('.');
  });
}

interface Names {
  readonly renames: ReadonlyMap<string, string>;
  readonly found: Set<string>;
}

/** Under the names that they have when the answer is there: the planner calls a field otherwise for the way only. */
function addFields({ selections }: SelectionSetNode, path: string, names: Names): void {
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) addFields(node.selectionSet, path, names);
    if (node.kind !== Kind.FIELD) continue;
    const { name, alias = name, selectionSet } = node;
    const at = fieldBelow(path, names.renames.get(alias.value) ?? alias.value);
    names.found.add(at);
    if (selectionSet !== undefined) addFields(selectionSet, at, names);
  }
}
