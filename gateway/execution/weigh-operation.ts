/**
 * Roughly how much memory an operation takes once it is ready to run, so that those kept can be bounded. The weights
 * were measured on operations of several shapes; they err on the heavy side. Knows no cache.
 */

import { visit, type DocumentNode } from 'graphql';

const BYTES_OF_ANY = 10_000;
/** A name stands in a token, one or two nodes of the document and their places in the text. */
const BYTES_PER_NAME = 1_000;
const BYTES_PER_PLAN_CHARACTER = 18;
/** The source, and what the machine makes of it once it is used often. */
const BYTES_PER_CODE_CHARACTER = 7;

export interface OperationSize {
  readonly document: DocumentNode;
  /** The length of the plan as JSON. */
  readonly planCharacters: number;
  /** The length of the code that was generated for it. */
  readonly codeCharacters: number;
}

/** In bytes. */
export function weighOperation({ document, planCharacters, codeCharacters }: OperationSize): number {
  let names = 0;
  visit(document, { Name: () => void (names += 1) });
  return (
    BYTES_OF_ANY +
    BYTES_PER_NAME * names +
    BYTES_PER_PLAN_CHARACTER * planCharacters +
    BYTES_PER_CODE_CHARACTER * codeCharacters
  );
}
