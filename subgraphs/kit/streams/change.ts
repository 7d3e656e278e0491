/**
 * That an entity has changed, by ids alone: which one, and to which customer it belongs. Knows neither the database nor
 * what has become of the entity.
 */

import type { EntityName } from '../../../schema/contract/events.ts';

export interface Change {
  readonly entity: EntityName;
  readonly id: string;
  /** The customer to whom it belongs; undefined where it belongs to nobody. */
  readonly ownerId?: string | undefined;
}

const ENTITIES: readonly EntityName[] = ['Customer', 'Order', 'ProductVariant', 'Invoice'];

/** As `record_change` of `0006-changes.sql` writes it. Undefined for anything else that is said on the channel. */
export function parseChange(text: string | undefined): Change | undefined {
  const [entity, id, ownerId, ...rest] = (text ?? '').split(' ');
  return rest.length > 0 ? undefined : changeOf(entity, id, ownerId);
}

export function changeOf(
  name: string | undefined,
  id: string | undefined,
  ownerId?: string | null,
): Change | undefined {
  const entity = ENTITIES.find((each) => each === name);
  if (entity === undefined || id === undefined || id === '') return undefined;
  return { entity, id, ownerId: ownerId ?? undefined };
}
