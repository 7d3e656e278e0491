/**
 * The field rules of one supergraph: which demands an operation touches, which of them a principal does not meet, and
 * what is left of the operation then. It only ever refuses; whatever the supergraph does not say is left to the
 * subgraphs. Knows no request, no plan and no data.
 */

import {
  getOperationAST,
  isAbstractType,
  OperationTypeNode,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
} from 'graphql';

import { LRUCache } from 'lru-cache';

import type { Principal } from '../../schema/contract/principal.ts';
import { accessDirectives } from './access-directives.ts';
import { meetsDemand, type Policies } from './demand.ts';
import { fieldDemands, type FieldDemands } from './field-demands.ts';
import { plannablePart } from './plannable-part.ts';
import type { Refusal } from './refusal.ts';
import { restrictDocument } from './restrict-operation.ts';
import { visibleSchema } from './visible-schema.ts';

export interface OperationText {
  readonly document: DocumentNode;
  readonly text: string;
}

export interface AskedOperation extends OperationText {
  readonly operationName: string | undefined;
}

export interface RestrictedOperation extends OperationText {
  /** What the text says, where the document has more that is refused. */
  readonly open?: DocumentNode;
  /** In the document they are marked (`refusalsOf`); their paths begin at the root. */
  readonly refusals: readonly Refusal[];
  /**
   * A mutation of which anything is refused must not be run: its effect would happen, and only the answer be missing.
   * Of a subscription the same holds for the field that gives the events.
   */
  readonly isRefusedWhole: boolean;
}

export interface Access {
  /** The keys of all demands that the fields of the operation may make, in no order that matters; often none. */
  readonly demandsOf: (document: DocumentNode, schema: GraphQLSchema) => readonly string[];
  /** Those of the demands that the principal does not meet. */
  readonly unmetBy: (principal: Principal, demands: readonly string[]) => readonly string[];
  /** The operation must be valid and without @skip and @include. `schema` is what clients see. */
  readonly restrict: (
    operation: AskedOperation,
    unmet: readonly string[],
    schema: GraphQLSchema,
  ) => RestrictedOperation;
  /** What introspection tells the principal: where so configured, only what they could see of some object. */
  readonly schemaFor: (principal: Principal, schema: GraphQLSchema) => GraphQLSchema;
}

interface SupergraphText {
  readonly sdl: string;
  readonly document: DocumentNode;
}

export interface AccessOptions {
  readonly policies?: Policies;
  readonly filtersIntrospection?: boolean;
}

export interface SeparatedAccess<Supergraph> {
  readonly access: Access;
  /** As planners know it: without the directives that are enforced here. */
  readonly supergraph: Supergraph;
  /** The names of all policies that its fields ask for. */
  readonly policies: ReadonlySet<string>;
}

const NONE: readonly string[] = [];
const OPEN: Access = {
  demandsOf: () => NONE,
  unmetBy: () => NONE,
  restrict: (operation) => ({ ...operation, refusals: [], isRefusedWhole: false }),
  schemaFor: (_principal, schema) => schema,
};
/** As many kinds of principals have their view of the schema at hand. */
const MOST_VIEWS = 50;

export function separateAccess<Supergraph extends SupergraphText>(
  supergraph: Supergraph,
  { policies = {}, filtersIntrospection = false }: AccessOptions = {},
): SeparatedAccess<Supergraph> {
  const directives = accessDirectives(supergraph.document);
  if (directives === undefined) return { access: OPEN, supergraph, policies: new Set() };
  const document = directives.withoutThem(supergraph.document);
  const demands = fieldDemands(supergraph.document, directives);
  return {
    access: accessBy(demands, { policies, filtersIntrospection }),
    supergraph: { ...supergraph, document, sdl: print(document) },
    policies: policiesIn(demands),
  };
}

function policiesIn({ demands }: FieldDemands): ReadonlySet<string> {
  const named = [...demands.values()].flatMap((demand) =>
    demand.kind === 'policies' ? demand.anyOf.flat() : [],
  );
  return new Set(named);
}

function accessBy(
  demands: FieldDemands,
  { policies, filtersIntrospection }: Required<AccessOptions>,
): Access {
  const unmetBy: Access['unmetBy'] = (principal, keys) => {
    if (keys.length === 0) return keys;
    return keys.filter((key) => {
      const demand = demands.demands.get(key);
      return demand === undefined || !meetsDemand(principal, demand, policies);
    });
  };
  return {
    demandsOf: createTouching(demands),
    unmetBy,
    schemaFor: filtersIntrospection ? createViews(demands, unmetBy) : OPEN.schemaFor,
    restrict(asked, unmet, schema) {
      const operation = getOperationAST(asked.document, asked.operationName);
      if (operation == null || unmet.length === 0) return OPEN.restrict(asked, unmet, schema);
      const { document, refusals } = restrictDocument({
        document: asked.document,
        operation,
        schema,
        demands,
        unmet: new Set(unmet),
      });
      if (refusals.length === 0) return OPEN.restrict(asked, unmet, schema);
      const isRefusedWhole =
        operation.operation === OperationTypeNode.MUTATION || refusals.some(isOfEvents(schema));
      const open = plannablePart(document);
      return { document, open, text: print(open), refusals, isRefusedWhole };
    },
  };
}

function isOfEvents(schema: GraphQLSchema): (refusal: Refusal) => boolean {
  const root = schema.getSubscriptionType()?.name;
  return ({ field }) => root !== undefined && field.startsWith(`${root}.`);
}

/** One view for all who lack the same. */
function createViews(demands: FieldDemands, unmetBy: Access['unmetBy']): Access['schemaFor'] {
  const views = new LRUCache<string, GraphQLSchema>({ max: MOST_VIEWS });
  const keys = [...demands.demands.keys()].sort();
  return (principal, schema) => {
    const unmet = new Set(unmetBy(principal, keys));
    if (unmet.size === 0) return schema;
    const name = [...unmet].join(' ');
    const view =
      views.get(name) ??
      visibleSchema(schema, (type, field) => demands.of(type, field).some((key) => unmet.has(key)));
    views.set(name, view);
    return view;
  };
}

function createTouching(demands: FieldDemands): Access['demandsOf'] {
  const known = new Map<string, readonly string[]>();
  const through = (type: GraphQLCompositeType, field: string, schema: GraphQLSchema): readonly string[] => {
    const place = `${type.name}.${field}`;
    const objects = () => (isAbstractType(type) ? schema.getPossibleTypes(type) : []);
    const keys = known.get(place) ?? [type, ...objects()].flatMap(({ name }) => demands.of(name, field));
    known.set(place, keys);
    return keys;
  };
  return (document, schema) => {
    const keys = new Set<string>();
    const info = new TypeInfo(schema);
    const visitor = visitWithTypeInfo(info, {
      Field({ name }) {
        const type = info.getParentType();
        if (type != null) for (const key of through(type, name.value, schema)) keys.add(key);
      },
    });
    visit(document, visitor);
    return keys.size === 0 ? NONE : [...keys].sort();
  };
}
