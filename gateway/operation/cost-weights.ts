/**
 * What a supergraph says of costs: `@cost` and `@listSize` (IBM GraphQL Cost Directives, as Apollo's `cost` v0.1
 * carries them), under whatever names it links them. Knows no operation.
 */

import { isTypeDefinitionNode, type ConstDirectiveNode, type DocumentNode } from 'graphql';

import { argumentsOf, linksTo, namesIn } from '../supergraph/spec-links.ts';

export interface ListSize {
  readonly assumedSize: number | undefined;
  /** The names of arguments, or paths into them by dots (`filter.first`). */
  readonly slicingArguments: readonly string[];
  /** Fields of the returned object that have the size; empty where the field itself is the list. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** By coordinate: `Type`, `Type.field`, `Type.field(argument:)`. */
export interface CostWeights {
  readonly weights: ReadonlyMap<string, number>;
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

interface Named {
  readonly name: { readonly value: string };
  readonly directives?: readonly ConstDirectiveNode[];
}

export function readCostWeights(supergraph: DocumentNode): CostWeights {
  const links = linksTo(supergraph, 'cost', 'v0.1');
  const called = (directive: string) => new Set(links.flatMap((link) => namesIn(link, 'cost', directive)));
  const [costNames, listSizeNames] = [called('cost'), called('listSize')];
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();

  function note(coordinate: string, { directives = [] }: Named): void {
    for (const directive of directives) {
      const given = argumentsOf(directive);
      if (costNames.has(directive.name.value)) weights.set(coordinate, Number(given['weight']));
      if (listSizeNames.has(directive.name.value)) listSizes.set(coordinate, listSizeOf(given));
    }
  }

  for (const node of supergraph.definitions) {
    if (!isTypeDefinitionNode(node)) continue;
    const type = node.name.value;
    note(type, node);
    if (!('fields' in node)) continue;
    for (const field of node.fields ?? []) {
      note(`${type}.${field.name.value}`, field);
      if (!('arguments' in field)) continue;
      for (const argument of field.arguments ?? [])
        note(`${type}.${field.name.value}(${argument.name.value}:)`, argument);
    }
  }
  return { weights, listSizes };
}

function listSizeOf(given: Readonly<Record<string, unknown>>): ListSize {
  const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = given;
  return {
    assumedSize: typeof assumedSize === 'number' ? assumedSize : undefined,
    slicingArguments: namesOf(slicingArguments),
    sizedFields: namesOf(sizedFields),
    requireOneSlicingArgument: requireOneSlicingArgument !== false,
  };
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
