/**
 * What compiling a plan needs besides the plan itself. Knows no request.
 */

import type { GraphQLSchema } from 'graphql';

import type { Fits } from './compile-scanner.ts';
import type { PlacedFetch } from '../planning/placed-fetches.ts';
import type { PlacedAsk } from './unasked-keys.ts';
import type { SubgraphClient } from '../upstream/subgraph-client.ts';

export interface PlanParts {
  readonly supergraphSchema: GraphQLSchema;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  /** Whether the bytes of a subgraph's answer are the client's answer already; undefined where none can be. */
  readonly fits: Fits | undefined;
}

export interface PlanContext extends PlanParts {
  /** The subgraphs that the plan asks more than once. */
  readonly repeated: ReadonlySet<string>;
  readonly fetches: readonly PlacedFetch[];
  /** What they ask for; nothing where there is one alone. */
  readonly asks: readonly PlacedAsk[];
  /** The names on the ways to the fetches that read what stands around their entities. */
  readonly contextPaths: readonly (readonly string[])[];
  /** The names of all interfaces. */
  readonly interfaces: ReadonlySet<string>;
}
