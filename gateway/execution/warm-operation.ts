/**
 * Operations prepared before anybody asks: one that another supergraph's engine was asked often, or one of which it is
 * known that it will be asked. Knows no request.
 */

import { parse, validate, type GraphQLSchema } from 'graphql';

import type { Principal } from '../../schema/contract/principal.ts';
import { expectedVariants } from './expected-variants.ts';
import type { Choosing, OperationCache, Preparer } from './operation-cache.ts';
import type { AskedOperation, UsedOperation } from './prepared-operations.ts';

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

interface PreparingParts extends Pick<Preparer, 'traitsOf'> {
  readonly cache: OperationCache;
  readonly choosing: Choosing;
}

/** Rejects with why it cannot be planned. The document must be valid. */
export async function prepareOperation(
  operation: AskedOperation,
  principals: readonly Principal[],
  { cache, choosing, traitsOf }: PreparingParts,
): Promise<void> {
  const variants = expectedVariants(traitsOf(operation), principals, choosing);
  for (const variant of variants) await cache.prepareVariant(operation, variant);
}
