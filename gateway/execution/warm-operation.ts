/**
 * An operation that another supergraph's engine was asked often, prepared here before anybody asks. Knows no request.
 */

import { parse, validate, type GraphQLSchema } from 'graphql';

import type { OperationCache, UsedOperation } from './operation-cache.ts';

/** False, and nothing is kept, where it does not fit this schema or cannot be planned. */
export async function warmOperation(
  { text, operationName, variants }: UsedOperation,
  cache: OperationCache,
  schema: GraphQLSchema,
): Promise<boolean> {
  try {
    const document = parse(text);
    if (validate(schema, document).length > 0) return false;
    for (const variant of variants) await cache.prepareVariant({ text, document, operationName }, variant);
    return true;
  } catch {
    // Whoever asks it hears why; here nobody waits for it.
    return false;
  }
}
