/**
 * Names under which an operation is planned. A plan asks for fields of its own (keys, what @requires names) under
 * their plain names; where a client gives such a name to something else, the planner would let one value replace the
 * other, so the client's gets another name until the answer is made. Knows no plan and no data.
 */

import {
  Kind,
  parse,
  visit,
  type ASTNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldNode,
} from 'graphql';

const SUFFIX = '__client';
/** What the supergraph says about field sets: `@join__type(key:)`, `@join__field(requires:, contextArguments:)`. */
const FIELD_SETS: ReadonlySet<string> = new Set(['key', 'requires', 'selection']);

/** For each operation the one that is planned instead; the same document where no name can be in the way. */
export function createNaming(supergraph: DocumentNode): (document: DocumentNode) => DocumentNode {
  const namesOfPlans = fieldSetNames(supergraph);
  const withArguments = fieldsWithArguments(supergraph);

  function isInTheWay({ alias, name }: FieldNode): boolean {
    const key = alias?.value ?? name.value;
    if (key.includes('__')) return key !== name.value || !key.startsWith('__');
    return namesOfPlans.has(key) && (key !== name.value || withArguments.has(key));
  }

  return (document) =>
    visit(document, {
      // What the schema says about itself is not planned.
      FragmentDefinition: ({ typeCondition }) =>
        typeCondition.name.value.startsWith('__') ? false : undefined,
      Field(node) {
        if (node.name.value === '__schema' || node.name.value === '__type') return false;
        if (!isInTheWay(node)) return undefined;
        const value = (node.alias ?? node.name).value + SUFFIX;
        return { ...node, alias: { kind: Kind.NAME, value } };
      },
    });
}

/** What the client called it. */
export function clientKey(plannedKey: string): string {
  return plannedKey.endsWith(SUFFIX) ? plannedKey.slice(0, -SUFFIX.length) : plannedKey;
}

/** The names of all fields that a plan may ask for although the client did not. */
function fieldSetNames(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (value: ConstValueNode) => {
    if (value.kind !== Kind.STRING) return;
    const set = value.value.trim();
    const fields = parse(set.startsWith('{') ? set : `{${set}}`, { noLocation: true });
    visit(fields, { Field: ({ name }) => void names.add(name.value) });
  };
  const read = ({ name, value }: { name: { value: string }; value: ConstValueNode }) => {
    if (FIELD_SETS.has(name.value)) add(value);
  };
  visit(supergraph, {
    Directive: ({ name }) => (name.value.startsWith('join__') ? undefined : false),
    // Reason for the cast: what stands in a schema has constant values.
    Argument: (node) => read(node as Parameters<typeof read>[0]),
    // Reason for the cast: the same.
    ObjectField: (node) => read(node as Parameters<typeof read>[0]),
  });
  return names;
}

function fieldsWithArguments(supergraph: ASTNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(supergraph, {
    FieldDefinition({ name, arguments: given = [] }) {
      if (given.length > 0) names.add(name.value);
    },
  });
  return names;
}
