/**
 * What of selections can stand where a subgraph knows fewer types than another one: nothing of a type that no object at
 * the place can have. Knows no fetch.
 */

import {
  baseType,
  isCompositeType,
  isSubtype,
  runtimeTypesIntersects,
  type CompositeType,
  type OperationElement,
  type Selection,
  type SelectionSet,
} from '@apollo/federation-internals';

/** What is to be selected at the end of a path; without `selections` the path alone. */
interface PathUpdate {
  readonly path: readonly OperationElement[];
  readonly selections?: Selection | SelectionSet | readonly Selection[] | undefined;
}

export type Update = Selection | PathUpdate;

/** Undefined where nothing of it can stand on the type. */
export function possibleUpdate(update: Update, type: CompositeType): Update | undefined {
  if ('element' in update) return possibleSelection(update, type);
  const { path, selections } = update;
  const end = typeAt(path, type);
  if (end === NOWHERE || end === OF_OTHERS || selections === undefined)
    return end === NOWHERE ? undefined : update;
  const possible = listOf(selections).flatMap((each) => possibleSelection(each, end) ?? []);
  return possible.length === 0 ? undefined : { path, selections: possible };
}

const NOWHERE = 'nowhere';
/** Of a field that does not lead on, or that is not there, others have to speak. */
const OF_OTHERS = 'of others';

function typeAt(
  path: readonly OperationElement[],
  type: CompositeType,
): CompositeType | typeof NOWHERE | typeof OF_OTHERS {
  const [element, ...further] = path;
  if (element === undefined) return type;
  if (element.kind === 'Field') {
    const below = typeOfField(type, element.name);
    return below === undefined ? OF_OTHERS : typeAt(further, below);
  }
  const within = typeOfFragment(type, element);
  return within === undefined ? NOWHERE : typeAt(further, within);
}

function listOf(selections: NonNullable<PathUpdate['selections']>): readonly Selection[] {
  if ('element' in selections) return [selections];
  return 'selections' in selections ? selections.selections() : selections;
}

function possibleSelection(selection: Selection, type: CompositeType): Selection | undefined {
  if (selection.kind === 'FragmentSelection') {
    const within = typeOfFragment(type, selection.element);
    if (within === undefined) return undefined;
    const set = possibleSet(selection.selectionSet, within);
    return set.isEmpty() ? undefined : selection.withUpdatedSelectionSet(set);
  }
  const below = typeOfField(type, selection.element.name);
  if (below === undefined || selection.selectionSet === undefined) return selection;
  const set = possibleSet(selection.selectionSet, below);
  return set.isEmpty() ? selection : selection.withUpdatedSelectionSet(set);
}

function possibleSet(set: SelectionSet, type: CompositeType): SelectionSet {
  return set.lazyMap((each) => possibleSelection(each, type));
}

function typeOfField(type: CompositeType, name: string): CompositeType | undefined {
  const given = type.field(name)?.type;
  const below = given === undefined ? undefined : baseType(given);
  return below !== undefined && isCompositeType(below) ? below : undefined;
}

/**
 * Undefined where no object of the type is of the fragment's too. A wider type than that of the place says nothing, and
 * the library takes such a fragment away.
 */
function typeOfFragment(
  type: CompositeType,
  { typeCondition }: Extract<OperationElement, { readonly kind: 'FragmentElement' }>,
): CompositeType | undefined {
  if (typeCondition === undefined) return type;
  const named = type.schema().type(typeCondition.name);
  if (named === undefined || !isCompositeType(named)) return undefined;
  if (isSubtype(named, type)) return type;
  return runtimeTypesIntersects(type, named) ? named : undefined;
}
