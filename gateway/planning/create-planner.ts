/**
 * From an operation to a plan: which subgraph is asked what, in which order. The planning itself is
 * @apollo/query-planner's; here is what the rest of the gateway needs of it. Knows no request and runs no plan.
 */

import {
  DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  operationFromDocument,
  Supergraph,
  type Operation,
  type Schema,
} from '@apollo/federation-internals';
import { QueryPlanner, type FetchNode, type QueryPlan } from '@apollo/query-planner';
import { parse, print, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';

import { withOneOfDefined } from '../supergraph/one-of-defined.ts';
import { amendNode, amendPlan } from './amend-plan.ts';
import { inTurn } from './changes-in-turn.ts';
import { planCheck } from './check-plan.ts';
import { addComposedDirectives, withDefaultsOfDirectives } from './composed-directives.ts';
import { contextArguments, type ContextArguments } from './context-arguments.ts';
import { distinctNames, type DistinctNames } from './distinct-names.ts';
import { fieldNeeds } from './field-needs.ts';
import { fittingDirectives, type FittingDirectives } from './fitting-directives.ts';
import { interfaceObjects, withoutProvidedObjects, type InterfaceObjects } from './interface-objects.ts';
import { joinFetches } from './join-fetches.ts';
import { amendJoined } from './joined-fetch.ts';
import { leftOutMembers } from './left-out-members.ts';
import { shortenLiterals } from './long-literals.ts';
import { whileMended } from './mended-planner.ts';
import { askObjectsByType } from './objects-by-type.ts';
import { withExternalOfObjects } from './objects-needs.ts';
import { overrideLabels } from './override-labels.ts';
import { withPlainFragments } from './plain-fragments.ts';
import { narrowerFields } from './narrower-fields.ts';
import { createNaming } from './planned-names.ts';
import { withoutRepeats } from './repeated-fetches.ts';
import { requiredArguments, type RequiredArguments } from './required-arguments.ts';
import { withoutRootFragments } from './root-fragments.ts';
import { withChangesOnce } from './root-changes.ts';
import { partsByNeeds, splitFetch, type SplitParts } from './split-fetches.ts';
import { subgraphFields, type SubgraphFields } from './subgraph-fields.ts';
import { withFreeVariables } from './taken-names.ts';
import { usableKeysFirst } from './usable-keys.ts';
import { askByType, withoutIntrospection, withTypeNames } from './planned-selections.ts';
import { withRootsTold } from './told-roots.ts';
import { typedPaths } from './typed-paths.ts';
import { writtenOut } from './written-out.ts';

export interface Planned {
  readonly plan: QueryPlan;
  /** The operation under the names that the plan uses; `clientKey` says what the client called them. */
  readonly document: DocumentNode;
}

export interface PlanQuestion {
  /** Must be valid against the planner's `apiSchema`. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** Those of the document's override labels that are on. */
  readonly overrides: readonly string[];
}

export interface Planner {
  /** What clients see: validation, coercion and introspection work on this. */
  readonly apiSchema: GraphQLSchema;
  /** The override labels (`@override(label:)`) on which the plan of the document depends; sorted. */
  readonly labelsOf: (document: DocumentNode) => readonly string[];
  /**
   * What the document defers, the plan fetches apart; then each `@defer` needs a label of its own. Throws where the
   * operation cannot be planned.
   */
  readonly plan: (question: PlanQuestion) => Planned;
}

/** What a supergraph may say that it needs (`for: SECURITY`, `for: EXECUTION`): what is honoured here. */
export const SUPPORTED_FEATURES: ReadonlySet<string> = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  'https://specs.apollo.dev/context/v0.1',
  // By its tags a cache of answers is told what has changed; none is kept here.
  'https://specs.apollo.dev/cacheTag/v0.1',
]);

/** Costs hundreds of milliseconds for a large supergraph; throws where it is none or asks for what is not known. */
export function createPlanner(supergraphSdl: string): Planner {
  const sdl = withOneOfDefined(supergraphSdl);
  const supergraph = built(sdl, true);
  const schema: Schema = supergraph.apiSchema();
  addComposedDirectives(supergraph.schema, schema);
  const supergraphDocument = parse(sdl, { noLocation: true });
  const { askable, objects, inOwnNames, originOf, translate } = askableSupergraph(supergraphDocument);
  // What it came from has been checked.
  const planned = withRootsTold(askable === supergraphDocument ? supergraph : built(print(askable), false));
  const fields = subgraphFields(askable);
  const needs = fieldNeeds(askable, fields);
  const isInterface = (name: string) => planned.schema.type(name)?.kind === 'InterfaceType';
  const splitting = { needs, fields, isInterface, originOf };
  const amend = (fetch: FetchNode) =>
    amendNode(splitFetch(fetch, splitting), (each) => amendJoined(each, translate));
  const nameSafely = createNaming(supergraphDocument);
  const labels = overrideLabels(supergraphDocument);
  const contexts = contextArguments(supergraphDocument);
  const askedByType = new Set([...labels.coordinates, ...contexts.coordinates]);
  const apiSchema = schema.toGraphQLJSSchema({ includeDefer: true });
  const directives = fittingDirectives(apiSchema);
  const withDefaults = withDefaultsOfDirectives(supergraphDocument);
  const buildPlan = planBuilder(planned, { fields, contexts, directives, apiSchema, objects, splitting });
  const planNarrowly = narrowerFields(apiSchema);
  return {
    apiSchema,
    labelsOf: labels.touchedBy,
    plan({ document: clientDocument, operationName, overrides }) {
      const document = nameSafely(clientDocument);
      const named = operationName === undefined ? {} : { operationName };
      const shortened = shortenLiterals(withFreeVariables(directives.atFragments(withDefaults(document))));
      const written = withTypeNames(withoutIntrospection(shortened.document), apiSchema, fields.narrowed);
      const asked = askByType(
        withChangesOnce(
          withPlainFragments(written, operationName, { schema: apiSchema, interfaces: objects }),
        ),
        apiSchema,
        askedByType,
      );
      const overrideConditions = new Map(overrides.map((label) => [label, true]));
      const planOf = (whole: DocumentNode) =>
        planNarrowly({ document: whole, operationName }, (each) => {
          const operation = operationFromDocument(schema, each, { ...named, validate: false });
          return buildPlan(operation, overrideConditions, () => writtenOut(each, operationName));
        });
      const plan = inTurn(planOf(asked), { document: asked, operationName }, planOf);
      const amended = amendPlan(plan, (fetch) => amend(contexts.withTypes(shortened.restore(fetch))));
      return { plan: inOwnNames(joinFetches(withoutRepeats(amended))), document };
    },
  };
}

interface AskableSupergraph extends Omit<RequiredArguments, 'supergraph'> {
  readonly askable: DocumentNode;
  readonly objects: InterfaceObjects;
  readonly inOwnNames: DistinctNames['inOwnNames'];
}

/** What the planner can use of it; the same where that is all. */
function askableSupergraph(supergraph: DocumentNode): AskableSupergraph {
  // By their members: whoever plans keeps what it names, and a supergraph as a document is a sixth of the process.
  const { supergraph: distinct, inOwnNames } = distinctNames(supergraph);
  const objects = interfaceObjects(distinct);
  const plannable = withoutProvidedObjects(withExternalOfObjects(distinct, objects), objects);
  const { supergraph: askable, ...required } = requiredArguments(usableKeysFirst(plannable));
  return { askable, objects, inOwnNames, ...required };
}

function built(sdl: string, validateSupergraph: boolean): Supergraph {
  // Reason for the copy: the library takes a set that may be changed.
  return Supergraph.build(sdl, { supportedFeatures: new Set(SUPPORTED_FEATURES), validateSupergraph });
}

type BuildPlan = (
  operation: Operation,
  overrideConditions: Map<string, boolean>,
  written: () => OperationDefinitionNode,
) => QueryPlan;

interface BuilderParts {
  readonly fields: SubgraphFields;
  readonly contexts: ContextArguments;
  readonly directives: FittingDirectives;
  readonly apiSchema: GraphQLSchema;
  readonly objects: InterfaceObjects;
  readonly splitting: SplitParts;
}

/** Throws where a plan would ask a subgraph for what it cannot answer. */
function planBuilder(supergraph: Supergraph, parts: BuilderParts): BuildPlan {
  const { fields, contexts, directives, apiSchema, objects, splitting } = parts;
  const planner = new QueryPlanner(supergraph, {
    generateQueryFragments: false,
    // A fragment of the client's that fits by chance brings along what fits nowhere there, and variables that nobody defines.
    reuseQueryFragments: false,
    incrementalDelivery: { enableDefer: true },
    typeConditionedFetching: true,
    // Each costs up to a millisecond, and the next operation waits. Ten times as many are hardly ever better by a fetch.
    debug: { maxEvaluatedPlans: 1_000 },
  });
  const plan = buildTyped(planner);
  const asRootsAreCalled = withoutRootFragments(apiSchema);
  const pathOf = typedPaths(supergraph.schema);
  const byNeeds = (fetch: FetchNode) => partsByNeeds(fetch, splitting);
  const checked = planCheck(fields, apiSchema, byNeeds);
  const askLeftOut = leftOutMembers(fields, apiSchema);
  const byType = askObjectsByType({ fields, apiSchema, objects, byNeeds });
  return (operation, overrideConditions, written) => {
    const built = whileMended(() => plan(operation, { overrideConditions }));
    const planned = amendPlan(built, (fetch) => asRootsAreCalled(directives.atOperation(fetch)), { pathOf });
    const whole = askLeftOut === undefined ? planned : askLeftOut(planned, written());
    const apart = byType === undefined ? whole : byType(whole, written);
    return checked(contexts.withAllSources(apart));
  };
}

/**
 * The planner takes it that all types that may stand at a place have the field that is asked there, and falls over one
 * that does not: a subgraph may know fewer types. Then a plan that says no types is as good.
 */
function buildTyped(planner: QueryPlanner): QueryPlanner['buildQueryPlan'] {
  // Reason for the cast: what is called private is there all the same.
  const config = Reflect.get(planner, 'config') as object;
  const value = { ...config, typeConditionedFetching: false };
  // Reason for the cast: the same in everything else.
  const untyped = Object.create(planner, { config: { value } }) as QueryPlanner;
  return (...question) => {
    try {
      return planner.buildQueryPlan(...question);
    } catch (error) {
      if (error instanceof TypeError) return untyped.buildQueryPlan(...question);
      throw error;
    }
  };
}
