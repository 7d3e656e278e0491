/**
 * The store's schemas from its four SDL files: each subgraph's, the supergraph over them, and the whole as one schema
 * without federation, whose answers are the reference for every gateway. Knows no gateway.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';

import composition from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  buildASTSchema,
  execute,
  Kind,
  parse,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
} from 'graphql';

import { findEntity, resolveField, type Reference } from './store-resolvers.ts';

export const SUBGRAPHS = ['accounts', 'inventory', 'products', 'reviews'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];
export type SubgraphUrls = Readonly<Record<SubgraphName, string>>;

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

function readSdl(name: SubgraphName): DocumentNode {
  return parse(readFileSync(path.join(import.meta.dirname, `${name}.graphql`), 'utf8'), { noLocation: true });
}

/** The supergraph with these routing URLs. */
export function composeStore(urls: SubgraphUrls): string {
  const services = SUBGRAPHS.map((name) => ({ name, url: urls[name], typeDefs: readSdl(name) }));
  const { supergraphSdl, errors } = composition.composeServices(services);
  if (supergraphSdl === undefined) throw new Error(`The store does not compose: ${String(errors)}`);
  return supergraphSdl;
}

export function buildStoreSubgraph(name: SubgraphName): GraphQLSchema {
  const typeDefs = readSdl(name);
  const entities = typeDefs.definitions
    .filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter((type) => type.directives?.some((directive) => directive.name.value === 'key'));
  const resolvers = entities.map((type) => [type.name.value, { __resolveReference: resolverOf(type) }]);
  return buildSubgraphSchema([{ typeDefs, resolvers: Object.fromEntries(resolvers) }]);
}

/**
 * What is external here comes from the representation and never from the row, so that a gateway that leaves out what
 * `@requires` names, or sends it wrong, gets a wrong answer.
 */
function resolverOf(type: ObjectTypeDefinitionNode): (reference: Reference) => object | null {
  const external = (type.fields ?? [])
    .filter(({ directives }) => directives?.some((directive) => directive.name.value === 'external'))
    .map((field) => field.name.value);
  return (reference) => {
    const row = findEntity[type.name.value]?.(reference) ?? null;
    return row && { ...row, ...Object.fromEntries(external.map((field) => [field, reference[field]])) };
  };
}

/** The four SDLs as one: a type has all its fields, and no directive of federation is left. */
export function buildWholeStore(): GraphQLSchema {
  const types = new Map<string, ObjectTypeDefinitionNode>();
  const others: DocumentNode['definitions'][number][] = [];
  for (const { definitions } of SUBGRAPHS.map(readSdl).map(withoutDirectives)) {
    for (const node of definitions) {
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION)
        types.set(node.name.value, joined(types.get(node.name.value), node));
      else if (node.kind !== Kind.SCHEMA_EXTENSION) others.push(node);
    }
  }
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions: [...others, ...types.values()] });
}

function withoutDirectives(document: DocumentNode): DocumentNode {
  return visit(document, { Directive: () => null });
}

function joined(
  first: ObjectTypeDefinitionNode | undefined,
  second: ObjectTypeDefinitionNode,
): ObjectTypeDefinitionNode {
  const fields = [...(first?.fields ?? []), ...(second.fields ?? [])];
  return { ...second, fields: [...new Map(fields.map((field) => [field.name.value, field])).values()] };
}

/** Any of the schemas above, asked. */
export async function askStore(schema: GraphQLSchema, request: GraphqlRequest): Promise<ExecutionResult> {
  return execute({
    schema,
    document: parse(request.query),
    fieldResolver: resolveField,
    ...(request.variables ? { variableValues: request.variables } : {}),
    ...(request.operationName === undefined ? {} : { operationName: request.operationName }),
  });
}
