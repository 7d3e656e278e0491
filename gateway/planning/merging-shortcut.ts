/**
 * A shortcut of the federation library, which can be narrowed and closed. What a field needs (@requires) it adds to the
 * fetch before where the fields exist there too. It does not look whether they are @external there, nor whether they
 * need something themselves that is fetched only later; so where needs have needs, a plan may ask a subgraph for what it
 * does not have. Knows no plan.
 */

import {
  baseType,
  federationMetadata,
  isCompositeType,
  SelectionSet,
  type CompositeType,
} from '@apollo/federation-internals';

/** Narrow: only where the subgraph answers the fields from itself. */
export type Shortcut = 'open' | 'narrow' | 'closed';

let shortcut: Shortcut = 'open';

const library: Pick<SelectionSet, 'canRebaseOn'> = SelectionSet.prototype;
const canRebaseOn: (this: SelectionSet, type: CompositeType) => boolean = Reflect.get(library, 'canRebaseOn');

// The library gives no other way in. It asks this only where it looks for the shortcut, or wants to save itself work.
library.canRebaseOn = function ask(this: SelectionSet, type) {
  if (shortcut === 'closed' || !canRebaseOn.call(this, type)) return false;
  return shortcut === 'open' || isAnswered(this, type);
};

/** The work must be done when it returns. */
export function withShortcut<T>(given: Shortcut, work: () => T): T {
  const before = shortcut;
  shortcut = given;
  try {
    return work();
  } finally {
    shortcut = before;
  }
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
    const below = baseType(field.type);
    return (
      selection.selectionSet === undefined ||
      !isCompositeType(below) ||
      isAnswered(selection.selectionSet, below)
    );
  });
}
