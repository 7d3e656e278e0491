/**
 * What several operations that come together may be in sum, so that a list gets around no limit: the tokens and root
 * fields of one operation. Knows no cost and no schema.
 */

import { GraphQLError, parse } from 'graphql';

import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import { holdTo } from './limit-exceeded.ts';
import { measureDocument } from './measure-document.ts';
import { scanTokens } from './scan-tokens.ts';

interface Sums {
  readonly tokens: number;
  readonly rootFields: number;
}

const NOTHING: Sums = { tokens: 0, rootFields: 0 };

/** Throws LIMIT_EXCEEDED. What is too large by itself, or no GraphQL, counts for nothing: it is refused alone. */
export function holdTogether(texts: readonly string[], limits: Config['limits']): void {
  let { tokens, rootFields } = NOTHING;
  for (const text of texts) {
    const sums = measure(text, limits);
    holdTo('maxTokens', (tokens += sums.tokens), limits.maxTokens);
    holdTo('maxRootFields', (rootFields += sums.rootFields), limits.maxRootFields);
  }
}

function measure(text: string, limits: Config['limits']): Sums {
  try {
    const tokens = scanTokens(text, limits);
    const roots = measureDocument(parse(text, { noLocation: true }));
    const widths = roots.map(({ kind, measures }) => (kind === 'operation' ? measures.width : 0));
    return { tokens, rootFields: Math.max(0, ...widths) };
  } catch (error) {
    if (error instanceof GraphQLError || error instanceof GatewayError) return NOTHING;
    throw error;
  }
}
