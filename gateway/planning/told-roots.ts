/**
 * A supergraph may call its root types what it likes (`schema { query: Root }`), though no composition of Apollo's makes
 * such. The library finds those of the subgraphs within by their usual names alone, and knows nothing else to ask them
 * for; so it is told which they are. Knows no plan.
 */

import { defaultRootName, type Supergraph } from '@apollo/federation-internals';

/** The same supergraph. */
export function withRootsTold(supergraph: Supergraph): Supergraph {
  const roots = supergraph.schema.schemaDefinition.roots();
  const unusual = roots.filter(({ rootKind, type }) => type.name !== defaultRootName(rootKind));
  if (unusual.length === 0) return supergraph;
  for (const subgraph of supergraph.subgraphs()) {
    const { schema } = subgraph;
    for (const { rootKind, type } of unusual)
      if (schema.type(type.name) !== undefined) schema.schemaDefinition.setRoot(rootKind, type.name);
    // This also puts what entities are asked by into the root for queries; all the rest has been looked at.
    subgraph.assumeValid();
  }
  return supergraph;
}
