/**
 * An event as the outbox and the list of dead letters keep it, and as it is sent. Knows no delivery.
 */

import type { CompanyEvent } from '../../../schema/contract/events.ts';

export interface StoredEvent {
  readonly eventId: string;
  readonly type: string;
  readonly entity: string;
  readonly entityId: string;
  readonly version: number;
  readonly occurredAt: Date;
  readonly data: unknown;
  readonly repairs: boolean;
}

export function envelopeOf(row: StoredEvent): CompanyEvent {
  const { eventId, type, entity, entityId, version, occurredAt, data, repairs } = row;
  const envelope = {
    id: eventId,
    type,
    entity: { type: entity, id: entityId },
    version,
    occurredAt: occurredAt.toISOString(),
    ...(repairs ? { repairs } : {}),
    data,
  };
  // Reason for the cast: only `publishEvents` writes these rows, from events of the contract.
  return envelope as CompanyEvent;
}
