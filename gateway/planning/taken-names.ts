/**
 * Names of variables that fetches have a use for. A client may call a variable of its own like that; it is planned under
 * another name, and sent under that. Knows no data.
 */

import { Kind, visit, type DocumentNode } from 'graphql';

/** How the planner calls its variables for values from around an entity (@fromContext). */
export const CONTEXT_VARIABLE = 'contextualArgument_';

/** Before a client's name. */
const PREFIX = 'client__';
/** What entities are sent as, also several lists of them in one document, and contexts; and what would look renamed. */
const TAKEN = new RegExp(`^(?:representations(?:_\\d+)?$|${CONTEXT_VARIABLE}|${PREFIX})`);

/** The operation with other names for those variables; the same document where there are none. */
export function withFreeVariables(document: DocumentNode): DocumentNode {
  const isTaken = document.definitions.some(
    (node) =>
      node.kind === Kind.OPERATION_DEFINITION &&
      node.variableDefinitions?.some(({ variable }) => TAKEN.test(variable.name.value)) === true,
  );
  if (!isTaken) return document;
  return visit(document, {
    Variable: ({ name, ...variable }) =>
      TAKEN.test(name.value) ? { ...variable, name: { ...name, value: PREFIX + name.value } } : undefined,
  });
}

/** What the client called it. */
export function clientVariable(planned: string): string {
  return planned.startsWith(PREFIX) ? planned.slice(PREFIX.length) : planned;
}
