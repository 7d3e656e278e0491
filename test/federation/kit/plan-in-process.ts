/**
 * Planning without a thread, for tests that build a supergraph each and never stop it. It goes the same ways as the
 * thread: the schema as SDL, the plan as JSON. Knows no deadline.
 */

import { buildSchema, parse } from 'graphql';

import { printSchema } from '../../../gateway/base/print-schema.ts';

import { createPlanner } from '../../../gateway/planning/create-planner.ts';
import { createNaming } from '../../../gateway/planning/planned-names.ts';
import type { Planning } from '../../../gateway/planning/start-planning.ts';

// Reason for the async: what cannot be planned is a rejection, as it is from the thread.

export async function planInProcess(supergraphSdl: string): Promise<Planning> {
  const planner = createPlanner(supergraphSdl);
  const nameSafely = createNaming(parse(supergraphSdl));
  return {
    apiSchema: buildSchema(printSchema(planner.apiSchema), { assumeValid: true, noLocation: true }),

    labelsOf: planner.labelsOf,
    async plan({ document, open, text, operationName, overrides }) {
      const { plan } = planner.plan({ document: parse(text), operationName, overrides });
      const json = JSON.stringify(plan);
      return { document: nameSafely(document, open), plan: JSON.parse(json), planCharacters: json.length };
    },
    stop: () => Promise.resolve(),
  };
}
