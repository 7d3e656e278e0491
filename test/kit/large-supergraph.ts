/**
 * A supergraph of the size that large companies have: made up, written as composition writes it. Each subgraph has
 * entities of its own, each with an input and an enum, and adds fields to those of two others.
 */

export interface LargeSize {
  readonly subgraphs: number;
  /** Of each subgraph. */
  readonly entities: number;
}

const OWN_FIELDS = 12;
const NEIGHBOURS = [1, 2];

/** About 1,500 characters for each entity; `s0` to `sN` are called at `urlOf`. */
export function largeSupergraph({ subgraphs, entities }: LargeSize, urlOf: (name: string) => string): string {
  const all = Array.from({ length: subgraphs }, (_, subgraph) =>
    Array.from({ length: entities }, (__, index) => ({ subgraph, index, subgraphs, entities })),
  ).flat();
  const graphs = Array.from(
    { length: subgraphs },
    (_, each) => `S${each} @join__graph(name: "s${each}", url: "${urlOf(`s${each}`)}")`,
  );
  return [
    HEAD,
    `enum join__Graph { ${graphs.join('\n')} }`,
    `type Query ${graphs.map((_, each) => `@join__type(graph: S${each})`).join('\n')} {`,
    ...all.map(rootFields),
    '}',
    ...all.map(entityTypes),
  ].join('\n');
}

interface Place extends LargeSize {
  readonly subgraph: number;
  readonly index: number;
}

function rootFields({ subgraph, index }: Place): string {
  const name = `${subgraph}_${index}`;
  return `  entity${name}(id: ID!): T${name} @join__field(graph: S${subgraph})
  list${name}(first: Int = 10, filter: F${name}): [T${name}!]! @join__field(graph: S${subgraph})`;
}

function entityTypes({ subgraph, index, subgraphs, entities }: Place): string {
  const name = `${subgraph}_${index}`;
  const own = Array.from({ length: OWN_FIELDS }, (_, field) => {
    const next = `T${subgraph}_${(index + field + 1) % entities}`;
    const type = [next, 'String!', 'Int', '[String!]'][field % 4];
    return `  """What it is good for"""\n  f${field}(a: Int): ${type} @join__field(graph: S${subgraph})`;
  });
  const neighbours = NEIGHBOURS.map((distance) => (subgraph + distance * 7) % subgraphs);
  const added = neighbours.map(
    (each) => `  x${each}(a: Int): String @join__field(graph: S${each})
  y${each}: T${each}_${index} @join__field(graph: S${each})`,
  );
  const joins = [subgraph, ...neighbours].map((each) => `  @join__type(graph: S${each}, key: "id")`);
  const values = ['A', 'B', 'C', 'D'].map((value) => `  ${value} @join__enumValue(graph: S${subgraph})`);
  return `
"""Entity ${index} of ${subgraph}"""
type T${name}\n${joins.join('\n')} {\n  id: ID!\n${[...own, ...added].join('\n')}\n}
input F${name} @join__type(graph: S${subgraph}) { name: String, and: [F${name}!], e: E${name} }
enum E${name} @join__type(graph: S${subgraph}) {\n${values.join('\n')}\n}`;
}

const HEAD = `
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.4", for: EXECUTION)
{ query: Query }
directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar join__DirectiveArguments
scalar join__FieldSet
scalar link__Import
enum link__Purpose { EXECUTION SECURITY }`;
