/**
 * The limits that hold before anything is validated, planned or asked: for the text of a request and for its
 * variables. Knows no schema; what an operation costs is judged elsewhere.
 */

import { LRUCache } from 'lru-cache';
import { GraphQLError, Kind, parse, type DocumentNode } from 'graphql';

import type { Config } from '../config/options.ts';
import { countFieldPairs } from './count-field-pairs.ts';
import { holdTo } from './limit-exceeded.ts';
import { fragmentsOf, measureDocument } from './measure-document.ts';
import { checkValues } from './measure-values.ts';
import { scanTokens } from './scan-tokens.ts';
import { refuseConditionalSources } from './subscription-root.ts';

export interface Limits {
  /**
   * Throws LIMIT_EXCEEDED, with limit, value and maximum as details, or GRAPHQL_VALIDATION_FAILED for what validation could
   * not take. What is no GraphQL passes: parsers tell it.
   */
  readonly checkText: (text: string) => void;
  /** Of the operation that is asked for. Throws LIMIT_EXCEEDED. */
  readonly checkName: (name: string) => void;
  /** Throws LIMIT_EXCEEDED. */
  readonly checkVariables: (variables: unknown) => void;
}

/** Texts that are asked again and take no short way are not measured again. */
const REMEMBERED_CHARACTERS = 2_000_000;

export function createLimits(options: Config['limits']): Limits {
  const passed = new LRUCache<string, true>({ maxSize: REMEMBERED_CHARACTERS });
  return {
    checkText(text) {
      if (passed.get(text) !== undefined) return;
      const document = parseWithin(text, options);
      if (document === undefined) return;
      checkDocument(document, options);
      refuseConditionalSources(document);
      passed.set(text, true, { size: text.length });
    },
    checkName: (name) => holdTo('maxNameLength', name.length, options.maxNameLength),
    checkVariables: (variables) => checkValues(variables, options),
  };
}

/** Undefined for what is no GraphQL. */
function parseWithin(text: string, options: Config['limits']): DocumentNode | undefined {
  try {
    scanTokens(text, options);
    return parse(text, { noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

function checkDocument(document: DocumentNode, limits: Config['limits']): void {
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    holdTo('maxNameLength', node.name?.value.length ?? 0, limits.maxNameLength);
  }
  const roots = measureDocument(document);
  for (const { kind, measures } of roots) {
    holdTo('maxDepth', measures.depth, limits.maxDepth);
    holdTo('maxAliases', measures.aliases, limits.maxAliases);
    if (kind === 'operation') holdTo('maxRootFields', measures.width, limits.maxRootFields);
  }
  const fields = roots.reduce((sum, { measures }) => sum + measures.fields, 0);
  holdTo('maxFields', fields, limits.maxFields);
  const sets = roots.map(({ set }) => set);
  const { maxFieldPairs } = limits;
  holdTo('maxFieldPairs', countFieldPairs(sets, fragmentsOf(document), maxFieldPairs), maxFieldPairs);
}
