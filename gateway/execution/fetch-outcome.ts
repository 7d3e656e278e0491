/**
 * Whether a fetch went well, and what came of one that did not. Knows no step of a plan.
 */

import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import { documentOf } from '../planning/fetch-document.ts';
import { clientVariable } from '../planning/taken-names.ts';
import type { SubgraphAnswer } from '../upstream/subgraph-client.ts';
import { setOwn, type Data } from './own-property.ts';
import type { FetchRecord } from './plan-run.ts';
import { readFetch, type FetchOutcome } from './read-fetch.ts';
import { selectionOf } from './selection.ts';

export function isGood(
  answer: SubgraphAnswer,
  expected: number | undefined,
): answer is Extract<SubgraphAnswer, { kind: 'answered' }> {
  if (answer.kind === 'failed' || answer.errors.length > 0 || answer.data === null) return false;
  const { _entities: entities } = answer.data;
  return expected === undefined || (Array.isArray(entities) && entities.length === expected);
}

/** What came of a fetch, looked at closely. Changes the answer's data in place where it does not fit the schema. */
export function outcomeOf(
  made: Pick<FetchRecord, 'node' | 'representations' | 'answer'>,
  variables: JsonObject,
  schema: GraphQLSchema,
): FetchOutcome {
  const { node, representations, answer } = made;
  const document = documentOf(node);
  const selection = selectionOf(document, node.operationName, variablesOf(node, variables));
  return readFetch({ subgraph: node.serviceName, selection, schema, representations }, answer);
}

/** Those of the client's variables that the fetch uses. */
export function variablesOf({ variableUsages = [] }: FetchNode, variables: JsonObject): Data {
  const used: Data = {};
  for (const planned of variableUsages) {
    const name = clientVariable(planned);
    if (Object.hasOwn(variables, name)) setOwn(used, planned, variables[name]);
  }
  return used;
}
