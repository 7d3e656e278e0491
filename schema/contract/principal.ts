/**
 * Who asks: the one shape in which the gateway and the subgraphs speak of a caller, and the roles and scopes
 * of the reference company. Knows no token format and no rule; those live on either side.
 */

/** Each scope names one thing that its holder may do, in every system alike. */
export const SCOPES = {
  'customers:read': 'Read customers, their contacts and their addresses.',
  'customers:write': 'Create and change customers.',
  'notes:read': 'Read the internal notes about a customer.',
  'deals:read': 'Read deals and activities.',
  'deals:write': 'Move deals and log activities.',
  'employees:read': 'Read the directory of employees.',
  'credit:read': 'Read what a customer owes and may still owe.',
  'credit:write': 'Set credit limits.',
  'invoices:read': 'Read invoices and payments.',
  'invoices:write': 'Issue and cancel invoices, record payments.',
  'ledger:read': 'Read ledger accounts and journal entries.',
  'costs:read': 'Read purchase prices and margins.',
  'orders:read': 'Read orders, carts and shipments of every customer.',
  'orders:write': 'Place and cancel orders for a customer.',
  'shipments:write': 'Ship orders.',
  'stock:write': 'Adjust stock.',
  'ops:read': 'Read how the gateway and the systems behind it are doing.',
  'self:read': 'Read what is one’s own: customer record, orders, cart, invoices.',
  'self:order': 'Fill one’s own cart, place and cancel one’s own orders.',
} as const;

export type Scope = keyof typeof SCOPES;

/** A role is nothing but a bundle of scopes; rules ask for scopes, never for roles. */
export const ROLES = {
  sales: [
    'customers:read',
    'customers:write',
    'notes:read',
    'deals:read',
    'deals:write',
    'employees:read',
    'credit:read',
    'invoices:read',
    'orders:read',
    'orders:write',
  ],
  support: ['customers:read', 'notes:read', 'deals:read', 'employees:read', 'invoices:read', 'orders:read'],
  finance: [
    'customers:read',
    'employees:read',
    'credit:read',
    'credit:write',
    'invoices:read',
    'invoices:write',
    'ledger:read',
    'costs:read',
    'orders:read',
  ],
  warehouse: ['orders:read', 'shipments:write', 'stock:write'],
  commerce: ['customers:read', 'orders:read', 'orders:write', 'stock:write'],
  auditor: [
    'customers:read',
    'notes:read',
    'deals:read',
    'employees:read',
    'credit:read',
    'invoices:read',
    'ledger:read',
    'costs:read',
    'orders:read',
  ],
  customer: ['self:read', 'self:order'],
} as const satisfies Record<string, readonly Scope[]>;

export type Role = keyof typeof ROLES;

/**
 * The caller as every room sees it. `subject` is the `sub` claim (RFC 7519, section 4.1.2); `scopes` holds those
 * of the token and of its roles; `customerId` is the global id of the customer that the caller is, if any.
 */
export interface Principal {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly customerId?: string;
  /** The app that the token was issued to; known to the gateway alone. */
  readonly clientId?: string;
}

/** Nobody signed in. */
export const ANONYMOUS: Principal = Object.freeze({ subject: 'anonymous', roles: [], scopes: [] });

/** By name, so that both sides agree; a token that calls its holder so is refused. */
export function isSignedIn({ subject }: Principal): boolean {
  return subject !== ANONYMOUS.subject;
}

/** The scopes that the named roles bundle; a role that the company does not know grants nothing. */
export function scopesOfRoles(roles: readonly string[]): readonly Scope[] {
  return [...new Set(roles.flatMap((role) => (isRole(role) ? ROLES[role] : [])))];
}

export function isRole(name: string): name is Role {
  return Object.hasOwn(ROLES, name);
}
