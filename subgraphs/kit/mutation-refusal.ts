/**
 * A mutation is refused whole, before any effect, when it selects anything that the principal may not see: else its
 * effect would happen and only the answer would be missing. Judges what the principal decides, and the arguments of
 * the mutations themselves; what depends on objects that are yet to be written is left to the fields.
 */

import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isCompositeType,
  Kind,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLField,
  type GraphQLResolveInfo,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import { askArguments, askPrincipal } from './ask-field.ts';
import type { GuardedField } from './guarded-field.ts';
import type { FindVerdicts, RequestVerdicts } from './request-verdicts.ts';
import type { RuleContext } from './rule.ts';
import { settle, type Outcome, type SettledOutcome } from './verdict.ts';

type Refusal = GraphQLError | undefined;

/** Gives the error that refuses the operation that `info` is about, if it is refused. */
export type RefuseMutation = (context: RuleContext, info: GraphQLResolveInfo) => Refusal | Promise<Refusal>;

type Operation = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues' | 'operation'>;

/** `guarded` by `Type.field`; what is not in it is open. */
export function refuseWholeMutations(
  guarded: ReadonlyMap<string, GuardedField>,
  find: FindVerdicts,
): RefuseMutation {
  const known = new WeakMap<RequestVerdicts, Refusal | Promise<Refusal>>();
  return (context, info) => {
    const request = find(context, info.variableValues);
    if (known.has(request)) return known.get(request);
    const judged = judgedIn(info, guarded, request, context);
    const refusal = judged.some(({ outcomes }) => outcomes.some((outcome) => outcome instanceof Promise))
      ? settleAll(judged).then((settled) => firstRefusal(settled, context))
      : // Reason for the cast: none of the outcomes is a promise.
        firstRefusal(judged as readonly Judged<SettledOutcome>[], context);
    known.set(request, refusal);
    return refusal;
  };
}

/** A selected field and what its rules say; through an interface it has several, one for each type behind it. */
interface Judged<Said extends Outcome> {
  readonly field: GuardedField;
  readonly outcomes: readonly Said[];
}

function judgedIn(
  operation: Operation,
  guarded: ReadonlyMap<string, GuardedField>,
  request: RequestVerdicts,
  context: RuleContext,
): readonly Judged<Outcome>[] {
  return selectedIn(operation).flatMap((selected) => {
    const fields = selected.places.map((place) => guarded.get(place));
    const [field] = fields;
    // What one type behind an interface leaves open is not refused for certain.
    if (field === undefined || !fields.every((each) => each !== undefined)) return [];
    return [{ field, outcomes: fields.map((each) => outcomeOf(each, selected, request, context)) }];
  });
}

async function settleAll(judged: readonly Judged<Outcome>[]): Promise<readonly Judged<SettledOutcome>[]> {
  return Promise.all(
    judged.map(async ({ field, outcomes }) => ({ field, outcomes: await settle(outcomes) })),
  );
}

function firstRefusal(judged: readonly Judged<SettledOutcome>[], context: RuleContext): Refusal {
  for (const { field, outcomes } of judged) {
    const [verdict] = outcomes;
    if (!outcomes.every(isRefusal) || !isRefusal(verdict)) continue;
    field.note?.(verdict, context);
    return verdict === false ? field.denial : verdict;
  }
  return undefined;
}

interface Selected {
  /** `Type.field` for every type that it can be asked of. */
  readonly places: readonly string[];
  /** The arguments, where this is a mutation itself. */
  readonly given?: Readonly<Record<string, unknown>>;
}

function outcomeOf(
  { rule }: GuardedField,
  { given }: Selected,
  request: RequestVerdicts,
  context: RuleContext,
): Outcome {
  return given === undefined
    ? askPrincipal(rule, request, context)
    : askArguments(rule, request, { given, context });
}

function isRefusal(outcome: SettledOutcome | undefined): outcome is false | GraphQLError {
  return outcome === false || outcome instanceof Error;
}

/** Every field that the operation selects, in the order of its text; what `@skip` and `@include` leave out is not. */
function selectedIn(operation: Operation): readonly Selected[] {
  const root = operation.schema.getMutationType();
  const seenFragments = new Set<string>();
  const inSet = (type: GraphQLCompositeType, { selections }: SelectionSetNode): readonly Selected[] =>
    selections.filter((node) => isIncluded(node, operation)).flatMap((node) => inSelection(type, node));
  const inSelection = (type: GraphQLCompositeType, node: SelectionNode): readonly Selected[] => {
    if (node.kind === Kind.FIELD) return inField(type, node);
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : operation.fragments[node.name.value];
    if (fragment === undefined) return [];
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const visit = `${node.name.value} ${type.name}`;
      if (seenFragments.has(visit)) return [];
      seenFragments.add(visit);
    }
    const condition = fragment.typeCondition && operation.schema.getType(fragment.typeCondition.name.value);
    return inSet(isCompositeType(condition) ? condition : type, fragment.selectionSet);
  };
  const inField = (type: GraphQLCompositeType, node: FieldNode): readonly Selected[] => {
    const name = node.name.value;
    const field = 'getFields' in type ? type.getFields()[name] : undefined;
    if (field === undefined) return [];
    const types = isAbstractType(type) ? operation.schema.getPossibleTypes(type) : [type];
    const places = types.map((possible) => `${possible.name}.${name}`);
    const self = type === root ? { places, given: argumentsOf(field, node, operation) } : { places };
    const inner = getNamedType(field.type);
    const deeper = node.selectionSet && isCompositeType(inner) ? inSet(inner, node.selectionSet) : [];
    return [self, ...deeper];
  };
  return root == null ? [] : inSet(root, operation.operation.selectionSet);
}

/** Arguments that do not fit are for the execution to complain about. */
function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  { variableValues }: Operation,
): Readonly<Record<string, unknown>> {
  try {
    return getArgumentValues(field, node, variableValues);
  } catch {
    return {};
  }
}

function isIncluded(node: SelectionNode, { variableValues }: Operation): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.['if'] !== false
  );
}
