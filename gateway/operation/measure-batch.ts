/**
 * What several operations that come together may be in sum, so that a list gets around no limit: no more tokens,
 * root fields, fields and pairs of fields than one operation. Knows no cost and no schema.
 */

import { GraphQLError, parse } from 'graphql';

import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import { countFieldPairs } from './count-field-pairs.ts';
import { holdTo } from './limit-exceeded.ts';
import { fragmentsOf, measureDocument } from './measure-document.ts';
import { scanTokens } from './scan-tokens.ts';

const SUMMED = ['maxTokens', 'maxRootFields', 'maxFields', 'maxFieldPairs'] as const;

type Sums = Readonly<Record<(typeof SUMMED)[number], number>>;

const NOTHING: Sums = { maxTokens: 0, maxRootFields: 0, maxFields: 0, maxFieldPairs: 0 };

/** Throws LIMIT_EXCEEDED, also where one alone is too large in this. What is no GraphQL is told by itself, later. */
export function holdTogether(texts: readonly string[], limits: Config['limits']): void {
  const sums = { ...NOTHING };
  for (const text of texts) {
    const own = measure(text, limits);
    for (const limit of SUMMED) holdTo(limit, (sums[limit] += own[limit]), limits[limit]);
  }
}

function measure(text: string, limits: Config['limits']): Sums {
  try {
    const maxTokens = scanTokens(text, limits);
    const document = parse(text, { noLocation: true });
    const roots = measureDocument(document);
    const widths = roots.map(({ kind, measures }) => (kind === 'operation' ? measures.width : 0));
    const maxFields = roots.reduce((sum, { measures }) => sum + measures.fields, 0);
    const sets = roots.map(({ set }) => set);
    const maxFieldPairs = countFieldPairs(sets, fragmentsOf(document), limits.maxFieldPairs);
    return { maxTokens, maxRootFields: Math.max(0, ...widths), maxFields, maxFieldPairs };
  } catch (error) {
    const isTooLarge = error instanceof GatewayError && error.code === 'LIMIT_EXCEEDED';
    if (isTooLarge || !(error instanceof GatewayError || error instanceof GraphQLError)) throw error;
    return NOTHING;
  }
}
