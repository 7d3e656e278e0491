/**
 * What is wrong with a document that will be asked: in words for whoever wrote it, since who lists documents may know
 * the schema. Knows no request and runs nothing.
 */

import { GraphQLError, specifiedRules, validate, type DocumentNode, type GraphQLSchema } from 'graphql';

import { GatewayError } from '../base/gateway-error.ts';
import type { Limits } from '../operation/create-limits.ts';
import { parseWithinLimits } from '../operation/document-list.ts';
import { ADDED_RULES } from './added-rules.ts';

export type CheckedDocument =
  | { readonly kind: 'valid'; readonly document: DocumentNode }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

const RULES = [...specifiedRules, ...ADDED_RULES];

/** Against what clients see of the schema. */
export function checkDocument(text: string, schema: GraphQLSchema, limits: Limits): CheckedDocument {
  try {
    const document = parseWithinLimits(text, limits);
    const errors = validate(schema, document, RULES);
    return errors.length === 0
      ? { kind: 'valid', document }
      : { kind: 'invalid', problems: errors.map(sentenceOf) };
  } catch (error) {
    if (error instanceof GraphQLError) return { kind: 'invalid', problems: [sentenceOf(error)] };
    if (error instanceof GatewayError) return { kind: 'invalid', problems: [wordsOf(error)] };
    throw error;
  }
}

/** What a refusal of ours says and of what; its sentence where it says no more. */
export function wordsOf({ code, message, facts: { reason, details } }: GatewayError): string {
  if (details === undefined) return `${code}: ${reason ?? message}`;
  return `${code}: ${Object.values(details).map(String).join(' ')}`;
}

function sentenceOf({ message, locations: [place] = [] }: GraphQLError): string {
  return place === undefined ? message : `${place.line}:${place.column} ${message}`;
}
