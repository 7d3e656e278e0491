/**
 * What becomes null in the answer to an operation while one system is down, and what of others goes with it because a
 * field promises never to be null. Reads the plan and the schema; asks nobody.
 */

import type { QueryPlan } from '@apollo/query-planner';
import {
  getNamedType,
  getOperationAST,
  isCompositeType,
  isListType,
  isNonNullType,
  isAbstractType,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

import { applies } from '../../gateway/execution/collect-occurrences.ts';
import { clientKey } from '../../gateway/planning/planned-names.ts';
import type { FailureAnswers } from '../../gateway/supergraph/failure-answers.ts';
import type { OwnersOf } from './field-owners.ts';
import { pathsGivenWithout, type GivenPaths } from './given-paths.ts';

export interface LostField {
  /** In the answer, without the indexes of lists; empty for the whole data. */
  readonly path: string;
  /** `Type.field`; `data` for the whole data. */
  readonly field: string;
  /** The system that is down gives it; or it needs something of that system; or a null spreads to it; or it must fail. */
  readonly because: 'owned' | 'needs' | 'chain' | 'fail';
  /** The fields, each `Type.field`, from which the null spreads. */
  readonly from: readonly string[];
  /** Paths below it that other systems did give. */
  readonly takesAlong: readonly string[];
}

export interface PlannedOperation {
  /** As it was planned. */
  readonly document: DocumentNode;
  readonly plan: QueryPlan;
}

export interface Surroundings {
  readonly apiSchema: GraphQLSchema;
  readonly ownersOf: OwnersOf;
  readonly failureAnswers: FailureAnswers | undefined;
}

export function predictOutage(
  system: string,
  { document, plan }: PlannedOperation,
  around: Surroundings,
): readonly LostField[] {
  const definition = getOperationAST(document);
  const root = definition == null ? undefined : around.apiSchema.getRootType(definition.operation);
  if (definition == null || root == null) return [];
  const fragments = new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  const walk = { ...around, system, fragments, given: pathsGivenWithout(system, plan) };
  const { lost, spreads, kept, fails } = walkSet(walk, root, definition.selectionSet, []);
  if (fails.length > 0) return [whole('fail', fails, kept)];
  return spreads.length > 0 ? [whole('chain', spreads, kept)] : lost;
}

function whole(because: LostField['because'], from: readonly string[], kept: readonly string[]): LostField {
  return { path: '', field: 'data', because, from, takesAlong: kept };
}

interface Walk extends Surroundings {
  readonly system: string;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly given: GivenPaths;
}

interface Found {
  readonly lost: readonly LostField[];
  /** Fields that are null and must not be: the object around them goes. */
  readonly spreads: readonly string[];
  /** What others gave, up to here. */
  readonly kept: readonly string[];
  /** Fields that fail the whole answer. */
  readonly fails: readonly string[];
}

function walkSet(walk: Walk, type: GraphQLObjectType, set: SelectionSetNode, at: readonly string[]): Found {
  const found = set.selections.map((node): Found => {
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      return walkField(walk, type, { name: node.name.value, set: node.selectionSet, path: [...at, key] });
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : walk.fragments.get(node.name.value);
    if (fragment === undefined || !applies(walk.apiSchema, type, fragment.typeCondition?.name.value))
      return NOTHING;
    return walkSet(walk, type, fragment.selectionSet, at);
  });
  return joined(found);
}

interface AskedField {
  readonly name: string;
  readonly set: SelectionSetNode | undefined;
  readonly path: readonly string[];
}

function walkField(walk: Walk, type: GraphQLObjectType, { name, set, path }: AskedField): Found {
  const field = type.getFields()[name];
  // Names of types and the schema itself are the gateway's own.
  if (field === undefined) return NOTHING;
  const coordinate = `${type.name}.${name}`;
  const place = path.map(clientKey).join('.');
  if (!walk.given.has(path.join('.'))) {
    const isOwned = walk.ownersOf(type.name, name).every((owner) => owner === walk.system);
    const because = isOwned ? 'owned' : 'needs';
    const lost = { path: place, field: coordinate, because, from: [], takesAlong: [] } as const;
    return lose(walk, { coordinate, type: field.type, lost });
  }
  const named = getNamedType(field.type);
  if (set === undefined || !isCompositeType(named)) return { ...NOTHING, kept: [place] };
  const possible = isAbstractType(named) ? walk.apiSchema.getPossibleTypes(named) : [named];
  const below = possible.map((each) => walkSet(walk, each, set, path));
  const spreading = joined(below.filter(({ spreads }) => spreads.length > 0));
  if (spreading.spreads.length === 0) return joined(below);
  const others = joined(below.filter(({ spreads }) => spreads.length === 0));
  const isWhole = takesList(field.type);
  const from = spreading.spreads;
  const takesAlong = isWhole ? joined(below).kept : spreading.kept;
  const lost: LostField = { path: place, field: coordinate, because: 'chain', from, takesAlong };
  const fails = joined(below).fails;
  // Items of other types, and objects where there is one of another type, stay.
  if (isWhole) return joined([lose(walk, { coordinate, type: field.type, lost }), { ...NOTHING, fails }]);
  return joined([{ ...NOTHING, lost: [lost], fails }, others]);
}

interface Losing {
  readonly coordinate: string;
  readonly type: GraphQLOutputType;
  readonly lost: LostField;
}

function lose({ failureAnswers }: Walk, { coordinate, type, lost }: Losing): Found {
  const [typeName = '', name = ''] = coordinate.split('.');
  const fails = failureAnswers?.of(typeName, name)?.answer === 'FAIL' ? [coordinate] : [];
  // Where the null spreads further, what it came from is the field that was lost first.
  const spreads = lost.from.length > 0 ? lost.from : [coordinate];
  return isNonNullType(type)
    ? { lost: [], spreads, kept: lost.takesAlong, fails }
    : { lost: [lost], spreads: [], kept: [], fails };
}

/** Whether a null object goes further than its own place: as what must not be null, in a list or by itself. */
function takesList(type: GraphQLOutputType): boolean {
  if (isListType(type)) return isNonNullType(type.ofType);
  return isNonNullType(type) && (!isListType(type.ofType) || takesList(type.ofType));
}

const NOTHING: Found = { lost: [], spreads: [], kept: [], fails: [] };

function joined(found: readonly Found[]): Found {
  return {
    lost: [...new Map(found.flatMap(({ lost }) => lost).map((each) => [each.path, each])).values()],
    spreads: distinct(found.flatMap(({ spreads }) => spreads)),
    kept: distinct(found.flatMap(({ kept }) => kept)),
    fails: distinct(found.flatMap(({ fails }) => fails)),
  };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
