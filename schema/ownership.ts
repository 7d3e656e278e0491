/**
 * Who answers for each system: the one place to look up whom to ask, and what error extensions and reports name.
 * Which system owns which field is not repeated here; the subgraph SDLs beside this file say it.
 */

export interface SystemOwner {
  /** The team that maintains the subgraph and decides on its fields. */
  readonly team: string;
  readonly contact: string;
  /** What the system is, for a person who meets its name in an error. */
  readonly says: string;
}

export const OWNERSHIP = {
  crm: {
    team: 'sales-operations',
    contact: 'sales-operations@tributary.example',
    says: 'Customers, their contacts, deals and activities',
  },
  accounting: {
    team: 'finance',
    contact: 'finance@tributary.example',
    says: 'Invoices, payments, credit and the ledger',
  },
  shop: {
    team: 'commerce',
    contact: 'commerce@tributary.example',
    says: 'Products, stock, carts, orders and shipments',
  },
} as const satisfies Record<string, SystemOwner>;

export type SystemName = keyof typeof OWNERSHIP;

export function isSystemName(name: string): name is SystemName {
  return Object.hasOwn(OWNERSHIP, name);
}
