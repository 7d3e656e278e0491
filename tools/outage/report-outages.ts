/**
 * The report on outages: for each operation and each system that may be down what becomes null, and where the schema
 * lets a null spread. As data and as text.
 */

import type { DocumentNode } from 'graphql';

import { createPlanner } from '../../gateway/planning/create-planner.ts';
import { supergraphSchema } from '../../gateway/execution/supergraph-schema.ts';
import { readFailureAnswers } from '../../gateway/supergraph/failure-answers.ts';
import type { Supergraph } from '../../gateway/supergraph/read-supergraph.ts';
import { conditionCases } from '../planning/condition-cases.ts';
import { fieldOwners } from './field-owners.ts';
import { predictOutage, type LostField } from './predict-outage.ts';
import { schemaChains, type SchemaChain } from './schema-chains.ts';

export interface NamedOperation {
  readonly name: string;
  /** One operation, valid against the supergraph. */
  readonly document: DocumentNode;
}

export interface OperationOutage {
  readonly operation: string;
  readonly system: string;
  readonly lost: readonly LostField[];
}

export interface OutageReport {
  readonly operations: readonly OperationOutage[];
  readonly chains: readonly SchemaChain[];
  /** What no values of the variables ask for: the operation, line, column and name of each field. */
  readonly neverRun: readonly string[];
}

export function reportOutages(supergraph: Supergraph, operations: readonly NamedOperation[]): OutageReport {
  const { apiSchema, plan } = createPlanner(supergraph.sdl);
  const ownersOf = fieldOwners(supergraph.document);
  const failureAnswers = readFailureAnswers(supergraph.document, supergraphSchema(supergraph));
  const systems = supergraph.subgraphs.map(({ name }) => name);
  const asked = operations.map(({ name, document }) => ({ name, ...conditionCases(document) }));
  return {
    operations: asked.flatMap(({ name, cases }) =>
      cases.flatMap(({ document, when }) => {
        const operation = when === '' ? name : `${name} with ${when}`;
        const planned = plan({ document, operationName: undefined, overrides: [] });
        return systems.map((system) => {
          const lost = predictOutage(system, planned, { apiSchema, ownersOf, failureAnswers });
          return { operation, system, lost };
        });
      }),
    ),
    chains: schemaChains(apiSchema, ownersOf, systems),
    neverRun: asked.flatMap(({ name, neverRun }) => neverRun.map((place) => `${name}:${place}`)),
  };
}

/** The losses that empty more than what the system owns. */
export function lossesOfOthers({ operations }: OutageReport): readonly LostField[] {
  return operations.flatMap(({ lost }) => lost.filter(({ takesAlong }) => takesAlong.length > 0));
}

export function renderOutages({ operations, chains, neverRun }: OutageReport): string {
  const lines = operations.map(({ operation, system, lost }) => [
    `${operation} without ${system}: ${lost.length === 0 ? 'nothing is lost' : ''}`.trimEnd(),
    ...lost.map((field) => `  ${sentenceOf(field)}`),
  ]);
  const ofSchema = chains.map(
    ({ system, type, fields, empties, spreadsThrough }) =>
      `  without ${system}, any of ${type}.{${fields.join(', ')}} empties ${empties.join(', ')}` +
      (spreadsThrough.length === 0 ? '' : `; it spreads through ${spreadsThrough.join(', ')}`),
  );
  const head =
    ofSchema.length === 0
      ? []
      : ['Fields that take the object around them along, where they are asked for:', ...ofSchema];
  const never = neverRun.map((place) => `Never run, whatever the variables: ${place}`);
  return [...lines.flat(), ...never, '', ...head].join('\n').trimEnd();
}

function sentenceOf({ path, because, from, takesAlong }: LostField): string {
  const place = path === '' ? 'the whole data' : path;
  const why = {
    owned: 'null',
    needs: 'null, for it needs something of that system',
    chain: `null, because ${from.join(', ')} must not be`,
    fail: `null, because ${from.join(', ')} must not fail`,
  }[because];
  return `${place}: ${why}${takesAlong.length === 0 ? '' : `; TAKES ALONG ${takesAlong.join(', ')}`}`;
}
