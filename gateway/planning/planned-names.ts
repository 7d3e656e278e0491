/**
 * Names under which an operation is planned. A plan asks for fields of its own (keys, what @requires names) under
 * their plain names; where a client gives such a name to something else, the planner would let one value replace the
 * other, so the client's gets another name until the answer is made. So does a name that stands for several fields,
 * which the planner mixes up where objects came by different ways. The fields of a mutation itself keep theirs: a
 * subgraph tells by it which of several it is asked again. Knows no plan and no data.
 */

import {
  BREAK,
  Kind,
  OperationTypeNode,
  parse,
  print,
  visit,
  type ASTNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldNode,
  type SelectionSetNode,
} from 'graphql';

/** Behind a client's name; each further field that has the same name has a number too. */
const SUFFIX = '__client';
const SUFFIXED = /__client\d*$/;
/** What the supergraph says about field sets: `@join__type(key:)`, `@join__field(requires:, contextArguments:)`. */
const FIELD_SETS: ReadonlySet<string> = new Set(['key', 'requires', 'selection']);

/**
 * For each operation the one that is planned instead; the same document where no name can be in the way. `planned` is
 * what of it is planned, where that is not all.
 */
export type Naming = (document: DocumentNode, planned?: DocumentNode) => DocumentNode;

export function createNaming(supergraph: DocumentNode): Naming {
  const namesOfPlans = fieldSetNames(supergraph);
  const withArguments = fieldsWithArguments(supergraph);

  function isInTheWay({ alias, name }: FieldNode): boolean {
    const key = alias?.value ?? name.value;
    if (key.includes('__')) return key !== name.value || !key.startsWith('__');
    return namesOfPlans.has(key) && (key !== name.value || withArguments.has(key));
  }

  return (document, planned = document) => {
    const ranks = rankFields(planned);
    const mutations = mutationFields(document);
    return visitPlanned(document, (node) => {
      const isChange = mutations.has(node);
      // What looks like a name of ours would lose its end in the answer.
      if (isChange && !SUFFIXED.test(keyOf(node))) return undefined;
      const rank = isChange ? 0 : ranks(node);
      if (rank === 0 && !isInTheWay(node)) return undefined;
      const value = keyOf(node) + SUFFIX + (rank === 0 ? '' : String(rank + 1));
      return { ...node, alias: { kind: Kind.NAME, value } };
    });
  };
}

/** What the client called it. */
export function clientKey(plannedKey: string): string {
  return plannedKey.replace(SUFFIXED, '');
}

/** The client's names of the same fields. */
export function clientPath(path: readonly (string | number)[]): readonly (string | number)[] {
  return path.map((part) => (typeof part === 'string' ? clientKey(part) : part));
}

/** The name of the field in the response. */
export function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

/** Nothing that a plan asks for stands beside them. */
function mutationFields({ definitions }: DocumentNode): ReadonlySet<FieldNode> {
  const found = new Set<FieldNode>();
  const seen = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) found.add(node);
      else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet);
      else collectFragment(node.name.value);
    }
  };
  const collectFragment = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const node of definitions)
      if (node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name) collect(node.selectionSet);
  };
  for (const node of definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    if (node.operation === OperationTypeNode.MUTATION) collect(node.selectionSet);
  }
  return found;
}

/** Whether a field has a name for itself (0), or is the how-manieth of those that share it. */
function rankFields(document: DocumentNode): (field: FieldNode) => number {
  // Without type conditions two fields under one name cannot both be asked for (GraphQL, 5.3.2).
  if (!hasTypeConditions(document)) return () => 0;
  const fieldsByKey = new Map<string, Set<string>>();
  visitPlanned(document, (node) => {
    const fields = fieldsByKey.get(keyOf(node)) ?? new Set();
    fieldsByKey.set(keyOf(node), fields.add(signatureOf(node)));
    return undefined;
  });
  return (node) => Math.max(0, [...(fieldsByKey.get(keyOf(node)) ?? [])].indexOf(signatureOf(node)));
}

function hasTypeConditions({ definitions }: DocumentNode): boolean {
  let found = definitions.some(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  for (const definition of definitions) {
    if (found) return true;
    visit(definition, {
      InlineFragment({ typeCondition }) {
        if (typeCondition === undefined) return undefined;
        found = true;
        return BREAK;
      },
    });
  }
  return found;
}

function signatureOf({ name, arguments: given = [] }: FieldNode): string {
  if (given.length === 0) return name.value;
  return `${name.value}(${given.map(print).sort().join(',')})`;
}

/** Visits all fields but those that say something about the schema: these are not planned. */
function visitPlanned(
  document: DocumentNode,
  onField: (node: FieldNode) => FieldNode | undefined,
): DocumentNode {
  return visit(document, {
    FragmentDefinition: ({ typeCondition }) =>
      typeCondition.name.value.startsWith('__') ? false : undefined,
    Field: (node) => (node.name.value === '__schema' || node.name.value === '__type' ? false : onField(node)),
  });
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
