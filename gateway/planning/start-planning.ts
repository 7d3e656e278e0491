/**
 * Planning as the rest of the gateway sees it: an operation in, its plan out, a while later. One operation is planned
 * at a time, in a process of its own that is ended and replaced when an operation takes too much time or memory, so
 * that neither a hostile operation nor a large one holds up what runs. Knows no cache and runs no plan.
 */

import { setImmediate } from 'node:timers/promises';

import type { QueryPlan } from '@apollo/query-planner';
import { buildASTSchema, parse, type DocumentNode, type GraphQLSchema } from 'graphql';

import { withPrintableDefaults } from '../base/print-schema.ts';
import { overrideLabels } from './override-labels.ts';
import { createNaming } from './planned-names.ts';
import type { TextToPlan } from './planning-messages.ts';
import { PlanningQueue, type PlanningParts } from './planning-queue.ts';

export interface PlannedOperation {
  readonly plan: QueryPlan;
  /** The length of the plan as JSON. */
  readonly planCharacters: number;
  /** The operation under the names that the plan uses; `clientKey` says what the client called them. */
  readonly document: DocumentNode;
}

export interface OperationToPlan extends TextToPlan {
  /** The text, parsed, perhaps with more that is not planned; valid against the API schema. */
  readonly document: DocumentNode;
  /** The text, parsed, where that is less than the document. */
  readonly open?: DocumentNode | undefined;
}

export interface Planning {
  /** What clients see: validation, coercion and introspection work on this. */
  readonly apiSchema: GraphQLSchema;
  /** The override labels (`@override(label:)`) on which the plan of the document depends; sorted. */
  readonly labelsOf: (document: DocumentNode) => readonly string[];
  /** Rejects with a GatewayError: it cannot be planned, or not within what one operation may use. */
  readonly plan: (operation: OperationToPlan) => Promise<PlannedOperation>;
  /** What waits is refused. Safe to call twice. */
  readonly stop: () => Promise<void>;
}

/** Rejects where no schema can be built from the supergraph. */
export async function startPlanning(parts: PlanningParts): Promise<Planning> {
  const queue = new PlanningQueue(parts);
  const apiDocument = parse(await queue.start(), { noLocation: true });
  // With a large supergraph each step takes tenths of a second, and requests run meanwhile.
  await setImmediate();
  const apiSchema = withPrintableDefaults(buildASTSchema(apiDocument, { assumeValid: true }));
  await setImmediate();
  const supergraph = parse(parts.supergraphSdl, { noLocation: true });
  await setImmediate();
  const nameSafely = createNaming(supergraph);
  await setImmediate();
  const labels = overrideLabels(supergraph);
  await setImmediate();
  return {
    apiSchema,
    labelsOf: labels.touchedBy,
    async plan({ document, open, ...asked }) {
      const json = await queue.plan(asked);
      // Reason for the cast: it is what the planner gave the process.
      const plan = JSON.parse(json) as QueryPlan;
      return { plan, planCharacters: json.length, document: nameSafely(document, open) };
    },
    stop: () => queue.stop(),
  };
}
