/**
 * What @apollo/query-planner does wrong while it joins fetches, done right. Six times it does not look far enough, and
 * a plan asks a subgraph for what it does not have, or never ends; of two ways that end at one place it keeps only
 * what is selected on the first; it takes the way down to a key for one that leads back, and gives keys up; and it
 * refuses to ask for a type's name that it asks for itself, and asks for types that cannot stand at a place. One of
 * its classes is not exported, so this reaches into it where it passes through one that is; whoever else plans with
 * the library in this process gets it as it is. Knows no plan.
 */

import {
  baseType,
  federationMetadata,
  FederationMetadata,
  Field,
  FragmentSelection,
  isCompositeType,
  isInterfaceObjectType,
  MapWithCachedArrays,
  runtimeTypesIntersects,
  SelectionSet,
  SelectionSetUpdates,
  type CompositeType,
} from '@apollo/federation-internals';
import { PathTree } from '@apollo/query-graphs';

import { mendChoices, mendWays } from './fewer-ways.ts';
import { possibleUpdate, type Update } from './possible-updates.ts';
import { keepRootsApart } from './roots-and-entities.ts';
import { mendNotes } from './unread-notes.ts';

/** Where the fetch begins within the one before, if that is known. */
interface ParentFetch {
  readonly group: FetchGroup;
  readonly path?: unknown;
}

/** What is used here of the library's class of that name. */
interface FetchGroup {
  /** Where in the answer it begins; undefined for the root. */
  readonly mergeAt?: readonly string[] | undefined;
  readonly parents: () => readonly { readonly group: FetchGroup }[];
  readonly children: () => readonly FetchGroup[];
  readonly isDescendantOf: (group: FetchGroup) => boolean;
  /** The deferred part that it is fetched for. */
  deferRef: string | undefined;
  readonly dependencyGraph: { readonly deferTracking: object };
  addParent: (this: FetchGroup, parent: ParentFetch) => void;
  canMergeChildIn: (this: FetchGroup, child: FetchGroup) => boolean;
  canMergeGrandChildIn: (this: FetchGroup, grandChild: FetchGroup) => boolean;
  mergeInWithAllDependencies: (this: FetchGroup, other: FetchGroup) => void;
  mergeGrandChildIn: (this: FetchGroup, grandChild: FetchGroup) => void;
  isChildOfWithArtificialDependency: (this: FetchGroup, parent: FetchGroup) => boolean;
}

const USED = [
  'parents',
  'children',
  'isDescendantOf',
  'addParent',
  'canMergeChildIn',
  'canMergeGrandChildIn',
  'mergeInWithAllDependencies',
  'mergeGrandChildIn',
  'isChildOfWithArtificialDependency',
] as const satisfies readonly (keyof FetchGroup)[];

let isOurs = false;
/** Where there is a better key, the planner is to find that. */
let isAnyKeyGood = false;

/** The work must be done when it returns; it is done again where no good key was found. */
export function whileMended<T>(work: () => T): T {
  isOurs = true;
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error && error.message.includes(NO_GOOD_KEY))) throw error;
    isAnyKeyGood = true;
    return work();
  } finally {
    isOurs = false;
    isAnyKeyGood = false;
  }
}

const NO_GOOD_KEY = 'validation should have required a key to be present';

/**
 * To come back with what a field needs, the planner takes no key of which its subgraph has a part only as @external,
 * though the fetch before may have that part.
 */
function mendMetadata(prototype: Pick<FederationMetadata, 'selectionSelectsAnyExternalField'>): void {
  const selectsExternal: typeof prototype.selectionSelectsAnyExternalField = Reflect.get(
    prototype,
    'selectionSelectsAnyExternalField',
  );
  prototype.selectionSelectsAnyExternalField = function mended(this: FederationMetadata, selection) {
    return !(isOurs && isAnyKeyGood) && selectsExternal.call(this, selection);
  };
}

/** What a field needs may be asked in the fetch before only if the subgraph there answers it from itself. */
function mendSelectionSet(prototype: Pick<SelectionSet, 'canRebaseOn'>): void {
  const canRebaseOn: (this: SelectionSet, type: CompositeType) => boolean = Reflect.get(
    prototype,
    'canRebaseOn',
  );
  prototype.canRebaseOn = function mended(this: SelectionSet, type) {
    return canRebaseOn.call(this, type) && (!isOurs || isAnswered(this, type));
  };
}

/** Of what is an object to two subgraphs and an interface to others, both give the same name as its type. */
function mendField(prototype: Pick<Field, 'rebaseOn'>): void {
  const rebaseOn: (this: Field, on: Parameters<Field['rebaseOn']>[0]) => Field | undefined = Reflect.get(
    prototype,
    'rebaseOn',
  );
  prototype.rebaseOn = function mended(this: Field, on) {
    const { parent } = this.definition;
    const { parentType } = on;
    const isSame =
      isOurs &&
      this.name === '__typename' &&
      parent.name === parentType.name &&
      isInterfaceObjectType(parent) &&
      isInterfaceObjectType(parentType);
    const typeName = isSame ? parentType.typenameField() : undefined;
    return typeName === undefined ? rebaseOn.call(this, on) : this.withUpdatedDefinition(typeName);
  };
}

/** Asked of one type by itself, a field may lead to less than in its interface, and fragments on the rest ask nothing. */
function mendFragments(prototype: FragmentSelection): void {
  const normalize: FragmentSelection['normalize'] = Reflect.get(prototype, 'normalize');
  prototype.normalize = function mended(this: FragmentSelection, given) {
    const { typeCondition } = this.element;
    const applies =
      !isOurs || typeCondition === undefined || runtimeTypesIntersects(typeCondition, given.parentType);
    return applies ? normalize.call(this, given) : undefined;
  };
}

function isAnswered(set: SelectionSet, type: CompositeType): boolean {
  return set.selections().every((selection): boolean => {
    if (selection.kind === 'FragmentSelection') {
      const condition = selection.element.typeCondition;
      const within = condition === undefined ? type : type.schema().type(condition.name);
      return within !== undefined && isCompositeType(within) && isAnswered(selection.selectionSet, within);
    }
    const field = type.field(selection.element.name);
    const metadata = federationMetadata(type.schema());
    if (field?.type === undefined || metadata === undefined) return false;
    if (metadata.isFieldExternal(field) || field.hasAppliedDirective(metadata.requiresDirective()))
      return false;
    const { selectionSet } = selection;
    const below = baseType(field.type);
    return selectionSet === undefined || !isCompositeType(below) || isAnswered(selectionSet, below);
  });
}

function mendFetchGroup(prototype: FetchGroup): void {
  const { canMergeChildIn, canMergeGrandChildIn, mergeInWithAllDependencies } = prototype;
  const { mergeGrandChildIn, isChildOfWithArtificialDependency, addParent } = prototype;
  // What waits for a fetch of a deferred part is fetched for that part too. And where a key is fetched below its object,
  // no way leads from there to the object.
  prototype.addParent = function mended(parent) {
    const { group } = parent;
    if (isOurs) this.deferRef ??= group.deferRef;
    addParent.call(this, isOurs && isAbove(this, group) ? { group } : parent);
  };
  // What still waits for another fetch cannot be part of the one before that.
  prototype.canMergeChildIn = function mended(child) {
    if (!canMergeChildIn.call(this, child)) return false;
    if (!isOurs) return true;
    if (readsAround(child)) return false;
    return child.parents().every(({ group }) => group === this || this.isDescendantOf(group));
  };
  prototype.canMergeGrandChildIn = function mended(grandChild) {
    return canMergeGrandChildIn.call(this, grandChild) && !(isOurs && readsAround(grandChild));
  };
  // Two of which one waits for the other stay two; made one, it waits for itself, and the planner walks in a circle.
  prototype.mergeInWithAllDependencies = function mended(other) {
    if (isOurs && (this.isDescendantOf(other) || other.isDescendantOf(this))) return;
    mergeInWithAllDependencies.call(this, other);
  };
  // Whoever waited for a fetch waited for those before it too, and may need what they bring.
  prototype.mergeGrandChildIn = function mended(grandChild) {
    const parents = isOurs ? [...grandChild.parents()] : [];
    const children = isOurs ? [...grandChild.children()] : [];
    mergeGrandChildIn.call(this, grandChild);
    for (const child of children)
      for (const { group } of parents) if (!group.isDescendantOf(child)) child.addParent({ group });
  };
  prototype.isChildOfWithArtificialDependency = function mended(parent) {
    if (isOurs && this.children().length > 0) return false;
    return isChildOfWithArtificialDependency.call(this, parent);
  };
}

/** Where it begins, if on the same way at all. */
function isAbove({ mergeAt: own = [] }: FetchGroup, { mergeAt: other = [] }: FetchGroup): boolean {
  return own.length < other.length;
}

/** Where it reads values from (@fromContext) is said from its own entities on, and only a fetch of entities can. */
function readsAround(group: FetchGroup): boolean {
  const inputs: unknown = Reflect.get(group, '_contextInputs');
  return Array.isArray(inputs) && inputs.length > 0;
}

/**
 * Another subgraph may give an interface by more types than the one that is asked first knows of it. Nothing of those
 * can come from there, so nothing is asked of them.
 */
function mendUpdates(prototype: Pick<SelectionSetUpdates, 'toSelectionSet'>): void {
  const toSelectionSet: SelectionSetUpdates['toSelectionSet'] = Reflect.get(prototype, 'toSelectionSet');
  prototype.toSelectionSet = function mended(this: SelectionSetUpdates, parentType, fragments) {
    try {
      return toSelectionSet.call(this, parentType, fragments);
    } catch (error) {
      if (!isOurs) throw error;
      // So seldom that nobody else is to pay for a look.
      leaveImpossible(this, parentType);
      return toSelectionSet.call(this, parentType, fragments);
    }
  };
}

function leaveImpossible(of: SelectionSetUpdates, parentType: CompositeType): void {
  // Reason for the cast: what is called private is there all the same.
  const updates = Reflect.get(of, 'keyedUpdates') as Map<string, Update[]>;
  for (const [key, each] of [...updates]) {
    const possible = each.flatMap((update) => possibleUpdate(update, parentType) ?? []);
    if (possible.length === 0) updates.delete(key);
    else updates.set(key, possible);
  }
}

/** What is used here of the library's class of that name. */
interface Tree {
  readonly localSelections?: readonly SelectionSet[];
  merge: (this: Tree, other: Tree) => Tree;
  equalsSameRoot: (this: Tree, other: Tree) => boolean;
}

/** Where a way ends, what is selected there counts too. */
function mendPathTree(prototype: Tree): void {
  const { merge, equalsSameRoot } = prototype;
  prototype.equalsSameRoot = function mended(other) {
    return equalsSameRoot.call(this, other) && (!isOurs || selectsAll(this, other));
  };
  prototype.merge = function mended(other) {
    const merged = merge.call(this, other);
    const left = merged === this ? other : this;
    if (!isOurs || (merged !== this && merged !== other) || selectsAll(merged, left)) return merged;
    const localSelections = [...(merged.localSelections ?? []), ...(left.localSelections ?? [])];
    // Reason for the cast: it has its prototype's methods.
    return Object.assign(Object.create(prototype), merged, { localSelections }) as Tree;
  };
}

/** Whether the first selects all that the second does. */
function selectsAll({ localSelections: own = [] }: Tree, { localSelections: all = [] }: Tree): boolean {
  return all.every((set) => own.some((each) => each === set || each.equals(set)));
}

/** Every plan begins with the fetches of the root, which the library keeps in such a map. */
function mendFirstFetchGroup(prototype: Pick<MapWithCachedArrays<unknown, unknown>, 'set'>): void {
  const set: typeof prototype.set = Reflect.get(prototype, 'set');
  prototype.set = function noticing(this: MapWithCachedArrays<unknown, unknown>, key, value) {
    if (isFetchGroup(value)) {
      // Reason for the cast: what its objects have by their names, they have from it.
      mendFetchGroup(Object.getPrototypeOf(value) as FetchGroup);
      mendNotes(value.dependencyGraph, () => isOurs);
      keepRootsApart(value, () => isOurs);
      prototype.set = set;
    }
    return set.call(this, key, value);
  };
}

function isFetchGroup(value: unknown): value is FetchGroup {
  return (
    typeof value === 'object' &&
    value !== null &&
    USED.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

mendSelectionSet(SelectionSet.prototype);
mendMetadata(FederationMetadata.prototype);
mendField(Field.prototype);
mendFragments(FragmentSelection.prototype);
mendUpdates(SelectionSetUpdates.prototype);
// Reason for the cast: what is called private is there all the same.
mendPathTree(PathTree.prototype as unknown as Tree);
mendFirstFetchGroup(MapWithCachedArrays.prototype);
mendWays(() => isOurs);
mendChoices(() => isOurs);
