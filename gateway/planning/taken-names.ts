/**
 * Names of variables that fetches have a use for. An operation that calls a variable of its own like that is refused
 * where the two would meet. Knows no data.
 */

import type { FetchNode } from '@apollo/query-planner';
import { visit, type DocumentNode } from 'graphql';

/** How the planner calls its variables for values from around an entity (@fromContext). */
export const CONTEXT_VARIABLE = 'contextualArgument_';

/** What entities are sent as, also several lists of them in one document. */
const REPRESENTATIONS = /^representations(?:_\d+)?$/;

/** How the refusal begins. */
export const TAKEN_NAME = 'A variable has a name that stands for something else here';

/** Throws where a variable of the client would take the place of a context. */
export function refuseContextNames(document: DocumentNode): void {
  visit(document, {
    VariableDefinition({ variable: { name } }) {
      if (name.value.startsWith(CONTEXT_VARIABLE)) throw taken(name.value);
    },
  });
}

/** The fetch itself. Throws where a variable of the client would take the place of its entities. */
export function refuseRepresentations(fetch: FetchNode): FetchNode {
  const { requires = [], variableUsages = [] } = fetch;
  const name = requires.length === 0 ? undefined : variableUsages.find((each) => REPRESENTATIONS.test(each));
  if (name !== undefined) throw taken(name);
  return fetch;
}

function taken(name: string): Error {
  return new Error(`${TAKEN_NAME}: ${name}`);
}
