/**
 * The policies that the access matrix is about: the permissions of every system with its schema, line by line. Knows
 * no verdict.
 */

import { readFileSync } from 'node:fs';

import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';

import type { SystemName } from '../../schema/ownership.ts';
import { permissions as accounting } from '../../subgraphs/accounting/permissions.ts';
import { permissions as crm } from '../../subgraphs/crm/permissions.ts';
import type { Permissions } from '../../subgraphs/kit/permissions.ts';
import type { Rule } from '../../subgraphs/kit/rule.ts';
import { permissions as shop } from '../../subgraphs/shop/permissions.ts';
import { SYSTEM_NAMES } from '../systems/system-names.ts';

export type Policies = Readonly<Record<SystemName, Permissions>>;

export const POLICIES: Policies = { crm, accounting, shop };

export interface PolicyLine {
  readonly system: SystemName;
  readonly owner: string;
  readonly type: string;
  readonly field: string;
  /** `Type.field`. */
  readonly place: string;
  readonly rule: Rule;
  readonly why: string;
}

/** In the order of the systems and of their files. */
export function linesOf(policies: Policies): readonly PolicyLine[] {
  return SYSTEM_NAMES.flatMap((system) => {
    const { owner, fields } = policies[system];
    return Object.entries(fields).flatMap(([type, permissions]) =>
      Object.entries(permissions).map(([field, [rule, why]]) => ({
        system,
        owner,
        type,
        field,
        place: `${type}.${field}`,
        rule,
        why,
      })),
    );
  });
}

/** The schema of a system without its resolvers; a new one each time, because guards are put before its fields. */
export function bareSchema(system: SystemName): GraphQLSchema {
  const file = new URL(`../../schema/${system}.graphql`, import.meta.url);
  return buildSubgraphSchema([{ typeDefs: parse(readFileSync(file, 'utf8')) }]);
}
