/**
 * The format of a `permissions.ts`: who answers for it, and for every field of every object type one rule and one
 * sentence saying why. `check-permissions.ts` checks that it is whole; `shield.ts` enforces it.
 */

import { createHash } from 'node:crypto';

import type { OWNERSHIP, SystemName } from '../../schema/ownership.ts';
import { anyone } from './rules.ts';
import type { Rule } from './rule.ts';

/** `sensitive`: each verdict on the field is written to the decision log, if the subgraph keeps one. */
export interface Marks {
  readonly sensitive?: true;
}

/** A rule, and why this field has it. */
export type Permission = readonly [rule: Rule, why: string, marks?: Marks];

/** By type and field. */
export type FieldPermissions = Readonly<Record<string, Readonly<Record<string, Permission>>>>;

export interface Permissions {
  /** The team that answers for every line. */
  readonly owner: (typeof OWNERSHIP)[SystemName]['team'];
  readonly fields: FieldPermissions;
}

/** The same permission for several fields of a type. */
export function eachOf<Name extends string>(
  fields: readonly Name[],
  permission: Permission,
): Record<Name, Permission> {
  // Reason for the cast: Object.fromEntries forgets the literal names.
  return Object.fromEntries(fields.map((field) => [field, permission])) as Record<Name, Permission>;
}

/** The rows for a connection and its edge: whoever may ask for the list may read its frame. */
export function connectionPermissions(node: string): FieldPermissions {
  const frame: Permission = [anyone, 'The list is guarded where it is asked for, its nodes field by field.'];
  return {
    [`${node}Connection`]: eachOf(['edges', 'nodes', 'pageInfo', 'totalCount'], frame),
    [`${node}Edge`]: eachOf(['cursor', 'node'], frame),
  };
}

/** The rows for types that are values, not things: guarded by the field that gives them. */
export function valuePermissions(fields: Readonly<Record<string, readonly string[]>>): FieldPermissions {
  const frame: Permission = [anyone, 'A part of the field that gives it, which is guarded.'];
  return Object.fromEntries(Object.entries(fields).map(([type, names]) => [type, eachOf(names, frame)]));
}

/** Names this very policy: SHA-256, in hex, over all its lines in an order of their own. */
export function hashPermissions({ owner, fields }: Permissions): string {
  const lines = Object.entries(fields).flatMap(([type, permissions]) =>
    Object.entries(permissions).map(([field, [rule, why, marks]]) =>
      JSON.stringify([`${type}.${field}`, rule.name, rule.needs, why, marks?.sensitive === true]),
    ),
  );
  return createHash('sha256')
    .update([owner, ...lines.toSorted()].join('\n'))
    .digest('hex');
}
