/**
 * A shortcut of the federation library, which can be closed. What a field needs (@requires) it adds to the fetch before
 * where the fields exist there too. It does not look whether they are @external there, nor whether they need something
 * themselves that is fetched only later; so where needs have needs, a plan may ask a subgraph for what it does not have.
 * Knows no plan.
 */

import { SelectionSet, type CompositeType } from '@apollo/federation-internals';

let isClosed = false;

const library: Pick<SelectionSet, 'canRebaseOn'> = SelectionSet.prototype;
const canRebaseOn: (this: Pick<SelectionSet, 'canRebaseOn'>, type: CompositeType) => boolean = Reflect.get(
  library,
  'canRebaseOn',
);

// The library gives no other way in. It asks this only where it looks for the shortcut, or wants to save itself work.
library.canRebaseOn = function ask(type) {
  return !isClosed && canRebaseOn.call(this, type);
};

/** The work must be done when it returns. */
export function withoutShortcut<T>(work: () => T): T {
  isClosed = true;
  try {
    return work();
  } finally {
    isClosed = false;
  }
}
