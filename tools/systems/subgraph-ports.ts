/**
 * Where each subgraph listens when it is started by itself, and therefore the routing URLs in the supergraph.
 */

import type { SystemName } from '../../schema/ownership.ts';

export const SUBGRAPH_PORTS: Readonly<Record<SystemName, number>> = {
  crm: 4001,
  accounting: 4002,
  shop: 4003,
};

export function subgraphUrl(system: SystemName): string {
  return `http://127.0.0.1:${SUBGRAPH_PORTS[system]}/graphql`;
}
