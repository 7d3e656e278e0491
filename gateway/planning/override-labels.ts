/**
 * The labels under which fields move from one subgraph to another (`@override(label:)`), as the supergraph says them,
 * and which of them can matter to an operation. Knows neither who decides a label nor how.
 */

import { Kind, OperationTypeNode, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

import { contextSelections } from './context-arguments.ts';
import { parseFieldSet, textArgument } from '../supergraph/join-directives.ts';

export interface OverrideLabels {
  /** Every label of the supergraph, sorted. */
  readonly all: readonly string[];
  /** Those on which the operation's plan may depend, sorted; no more than needed, for each decision has a plan. */
  readonly touchedBy: (document: DocumentNode) => readonly string[];
  /**
   * `Type.field` of all that may move. They must be asked of each type by itself: through an interface, the planner
   * would ask the old owner whatever the label says.
   */
  readonly coordinates: ReadonlySet<string>;
}

export function overrideLabels(supergraph: DocumentNode): OverrideLabels {
  const { labels, coordinates, needs } = readFields(supergraph);
  const all = [...new Set([...labels.values()].flatMap((each) => [...each]))].sort();
  return {
    all,
    touchedBy: (document) => (all.length === 0 ? [] : labelsOf(fieldNames(document), labels, needs)),
    coordinates,
  };
}

interface LabelledFields {
  /** By the name of the field alone: the same field of another type may be asked on the way. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  /** `Type.field` of all that may move. */
  readonly coordinates: ReadonlySet<string>;
  /** By the name of a field, the names of those that a plan may ask for its sake; under '' the keys of all types. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>;
}

function readFields(supergraph: DocumentNode): LabelledFields {
  const labels = new Map<string, Set<string>>();
  const coordinates = new Set<string>();
  const needs = new Map<string, Set<string>>();
  const add = (map: Map<string, Set<string>>, name: string, values: readonly string[]) =>
    map.set(
      name,
      values.reduce((names, value) => names.add(value), map.get(name) ?? new Set<string>()),
    );
  for (const type of supergraph.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const directive of type.directives ?? []) add(needs, '', fieldSetNames(directive));
    const joins = (type.fields ?? []).flatMap(({ name, directives = [] }) =>
      directives.map((directive) => ({ field: name.value, directive })),
    );
    for (const { field, directive } of joins.filter((each) => each.directive.name.value === 'join__field')) {
      add(needs, field, fieldSetNames(directive));
      const label = textArgument(directive, 'overrideLabel');
      if (label === undefined) continue;
      add(labels, field, [label]);
      coordinates.add(`${type.name.value}.${field}`);
    }
  }
  return { labels, coordinates, needs };
}

function labelsOf(
  asked: ReadonlySet<string>,
  labels: LabelledFields['labels'],
  needs: LabelledFields['needs'],
): readonly string[] {
  // A set that grows while it is walked is walked to its new end.
  const names = new Set(['', ...asked]);
  for (const name of names) for (const needed of needs.get(name) ?? []) names.add(needed);
  return [...new Set([...names].flatMap((name) => [...(labels.get(name) ?? [])]))].sort();
}

function fieldNames(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, { Field: ({ name }) => void names.add(name.value) });
  return names;
}

/** What stands in the field sets that a directive has. */
function fieldSetNames(directive: ConstDirectiveNode): readonly string[] {
  const sets = ['key', 'requires'].flatMap((argument) => textArgument(directive, argument) ?? []);
  return [...sets, ...contextSelections(directive)].flatMap((set) => [...fieldNames(fieldSet(set))]);
}

function fieldSet(text: string): DocumentNode {
  const selectionSet = parseFieldSet(text);
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ kind: Kind.OPERATION_DEFINITION, operation: OperationTypeNode.QUERY, selectionSet }],
  };
}
