/**
 * An operation that defers something, made ready to run: at once what is not deferred, and each deferred fragment as
 * soon as its own fetches have come. Knows no format and no transport.
 */

import { getOperationAST } from 'graphql';

import type { JsonObject } from '../base/is-record.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import { collectHanging } from './collect-deferred.ts';
import { collectOnce } from './collect-occurrences.ts';
import { compileIntrospection } from './compile-introspection.ts';
import { compileIsLost, rootSet, type OperationParts } from './compile-operation.ts';
import { withoutDefer } from './defer-directive.ts';
import type { DeferredFragment } from './defer-document.ts';
import { compileSchedule, startSchedule } from './defer-schedule.ts';
import type { DeferredAnswer } from './deferred-answer.ts';
import { PartExplainer } from './explain-parts.ts';
import { PartWriter } from './part-writer.ts';
import { asksForOwnScalars } from './own-scalars.ts';
import { beginRun } from './plan-run.ts';
import { selectionOf } from './selection.ts';

export interface DeferredOperationParts extends Omit<OperationParts, 'isRestricted'> {
  /** By the labels of the document. */
  readonly fragments: ReadonlyMap<string, DeferredFragment>;
}

export interface DeferredRequest {
  readonly variables: JsonObject;
  readonly call: CallContext;
  /** Whether parts repeat what the client has. */
  readonly repeats: boolean;
}

export interface DeferredOperation {
  /** The initial part; the later ones are under way. */
  readonly begin: (request: DeferredRequest) => Promise<DeferredAnswer>;
}

/** The document must be valid and have the operation. Throws NotCompilable. */
export function compileDeferred(parts: DeferredOperationParts): DeferredOperation {
  const { document, operationName, apiSchema: schema, supergraphSchema, fragments } = parts;
  const definition = getOperationAST(document, operationName);
  const rootType = definition == null ? undefined : schema.getRootType(definition.operation);
  if (definition == null || rootType == null) throw new Error('the document has no such operation');
  const schedule = compileSchedule(parts.plan, { ...parts, fits: undefined });
  const readsExactly = asksForOwnScalars(parts.plan, supergraphSchema);
  const wholeDocument = withoutDefer(document);
  const wholeDefinition = getOperationAST(wholeDocument, operationName) ?? definition;
  const whole = { schema, rootType, sets: [rootSet(wholeDocument, wholeDefinition)] };
  const introspect = compileIntrospection(wholeDocument, wholeDefinition, parts.introspected, whole);
  const root = { type: rootType, sets: [rootSet(document, definition)] };
  const isLost = compileIsLost({ schema, rootType, sets: root.sets }, definition.operation);
  // Of what depends on conditions, only what holds is left, so no variable matters to what is selected.
  const selected = selectionOf(document, operationName, {});
  const wholeSelected = selectionOf(wholeDocument, operationName, {});
  const found = { occurrencesOf: collectOnce(schema), hangingOn: collectHanging(schema, fragments) };
  return {
    async begin({ variables, call, repeats }) {
      const begun = beginRun({ variables, call, mayPass: false, readsExactly, isLost });
      const { run, primary, later } = startSchedule(schedule, begun);
      await primary;
      const explainer = new PartExplainer(supergraphSchema, wholeSelected);
      const answer = { run, later, repeats, selection: selected, explainer };
      return new PartWriter({ schema, introspect, ...found, ...answer }).begin(root);
    },
  };
}
