/**
 * The list that is guarded in `npm run bench:shield`, and the rules it is guarded with. Its rows are plain objects, as
 * a database gives them.
 */

import { buildSchema, type GraphQLSchema } from 'graphql';

import type { Permission, Permissions } from '../../../subgraphs/kit/permissions.ts';
import { objectRule } from '../../../subgraphs/kit/rule.ts';
import { anyone, holds, holdsOrOwns } from '../../../subgraphs/kit/rules.ts';

export const ARTICLES = 1000;
export const FIELDS = Array.from({ length: 10 }, (_, index) => `field${index}`);

export interface RuleKind {
  readonly says: string;
  readonly permission: Permission;
}

const WHY = 'So that it can be measured.';

export const RULE_KINDS: readonly RuleKind[] = [
  { says: 'anyone', permission: [anyone, WHY] },
  { says: 'decided by the principal', permission: [holds('costs:read'), WHY] },
  { says: 'the principal’s part of an or holds', permission: [holdsOrOwns('costs:read'), WHY] },
  {
    says: 'decided by each object',
    permission: [objectRule('has an id', 'Reads it.', (_principal, { id }) => typeof id === 'string'), WHY],
  },
];

const rows = Array.from({ length: ARTICLES }, (_, row) => ({
  id: String(row),
  customerId: 'nobody',
  ...Object.fromEntries(FIELDS.map((field) => [field, `${field} of ${row}`])),
}));

export function articleSchema(): GraphQLSchema {
  const fields = FIELDS.map((field) => `${field}: String`).join(' ');
  const schema = buildSchema(`type Query { articles: [Article!]! } type Article { ${fields} }`);
  const articles = schema.getQueryType()?.getFields()['articles'];
  if (articles) articles.resolve = () => rows;
  return schema;
}

export function articlePermissions({ permission }: RuleKind): Permissions {
  return {
    owner: 'commerce',
    fields: {
      Query: { articles: [anyone, WHY] },
      Article: Object.fromEntries(FIELDS.map((field) => [field, permission])),
    },
  };
}
