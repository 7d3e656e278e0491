/**
 * A permissions file that would open a hole stops the start, with a sentence for every mistake.
 */

import { buildSubgraphSchema } from '@apollo/subgraph';
import { expect, test } from '@jest/globals';
import { buildSchema, parse, type GraphQLSchema } from 'graphql';

import { checkPermissions } from '../../../../subgraphs/kit/check-permissions.ts';
import { allow, chain, not, or, race, rule } from '../../../../subgraphs/kit/graphql-shield.ts';
import type { FieldPermissions } from '../../../../subgraphs/kit/permissions.ts';
import { allOf, anyOf, objectRule, type Needs, type Rule } from '../../../../subgraphs/kit/rule.ts';
import { anyone, holds, holdsOrOwns, holdsOrSeesOwn } from '../../../../subgraphs/kit/rules.ts';

const why = 'Because.';
const schema = buildSchema(`
  interface Named { name: String }
  union Thing = Customer
  type Customer implements Named { id: ID! name: String }
  type Query { customer: Customer named: Named }
`);
const whole: FieldPermissions = {
  Query: { customer: [anyone, why], named: [anyone, why] },
  Customer: { id: [anyone, why], name: [anyone, why] },
};

test('whole permissions pass', () => {
  expect(problemsOf(schema, whole)).toEqual([]);
});

test.each<[string, FieldPermissions, string[]]>([
  ['a field without a rule', { Query: { customer: [anyone, why] } }, ['Query.named has no rule']],
  [
    'a rule for a field that does not exist',
    { Customer: { ...whole['Customer'], nam: [anyone, why] } },
    ['Customer.nam is not a field of the schema'],
  ],
  [
    'rules for a type that does not exist',
    { Order: { id: [anyone, why] } },
    ['Order is not a type of the schema'],
  ],
  [
    'a wildcard',
    { Query: { ...whole['Query'], '*': [anyone, why] } },
    ['Query.* would open fields that nobody has thought of yet; name each field'],
  ],
  [
    'a rule without a reason',
    { Query: { ...whole['Query'], named: [anyone, ' '] } },
    ['Query.named has the rule "anyone" without a reason'],
  ],
  [
    'a rule on an interface',
    { Named: { name: [anyone, why] } },
    ['Named is no object type: a rule there would never be asked; guard the types behind it'],
  ],
  [
    'a rule on a union',
    { Thing: { name: [anyone, why] } },
    ['Thing is no object type: a rule there would never be asked; guard the types behind it'],
  ],
])('%s stops the start', (_what, change, problems) => {
  expect(problemsOf(schema, { ...whole, ...change })).toEqual(problems);
});

const CACHED = 'its cache would give one verdict to another object or principal';
const free = { cache: 'no_cache' } as const;
const plain = rule('plain', free)(() => true);

test.each<[string, Rule, string]>([
  ['strict cache', shieldRule(rule('strict', { cache: 'strict' })(() => true)), CACHED],
  ['contextual cache', shieldRule(rule('contextual', { cache: 'contextual' })(() => true)), CACHED],
  ['a cache function', shieldRule(rule('own', { cache: () => 'key' })(() => true)), CACHED],
  [
    'a cached rule within others',
    shieldRule(
      or(
        allow,
        rule('in', { cache: 'strict' })(() => true),
      ),
    ),
    CACHED,
  ],
  [
    'not over a rule that can fail',
    shieldRule(not(plain)),
    'not over a rule that can fail would let in when it fails',
  ],
  [
    'not within others',
    shieldRule(or(plain, not(plain))),
    'not over a rule that can fail would let in when it fails',
  ],
  [
    'chain',
    shieldRule(chain(plain)),
    'chain and race of graphql-shield do not work on this Node; use and, or',
  ],
  ['race', shieldRule(race(plain)), 'chain and race of graphql-shield do not work on this Node; use and, or'],
  ['an empty or', shieldRule(or()), 'it joins no rules'],
  // Reason for the cast: this is the mistake.
  ['a function instead of a rule', shieldRule((() => true) as never), 'it is no rule of graphql-shield'],
  [
    'a declaration that is too small',
    {
      ...anyOf(
        'tested',
        'Says.',
        holds('costs:read'),
        objectRule('o', 'O.', () => true),
      ),
      needs: 'principal',
    },
    'it declares to need the principal only, and a part of it needs more',
  ],
])('%s stops the start', (_what, broken, problem) => {
  expect(problemsOf(schema, { ...whole, Query: { customer: [broken, why], named: [anyone, why] } })).toEqual([
    `Query.customer has the rule "tested" that cannot be used: ${problem}`,
  ]);
});

test('not over what cannot fail is allowed', () => {
  const never = shieldRule(not(allow));
  expect(problemsOf(schema, { ...whole, Query: { ...whole['Query'], named: [never, why] } })).toEqual([]);
});

test.each([
  ['undefined, as a circular import leaves it', undefined, 'Customer.name has no rule'],
  ['a rule without a reason beside it', anyone, 'Customer.name has no rule with a reason'],
  ['a pair with no rule', [true, why], 'Customer.name has a value that is no rule'],
  ['a pair with undefined', [undefined, why], 'Customer.name has a value that is no rule'],
  ['a rule of plain shield, undeclared', [plain, why], 'Customer.name has a value that is no rule'],
])('%s stops the start', (_what, value, problem) => {
  // Reason for the cast: types refuse these, imports at run time do not.
  const broken = { ...whole, Customer: { id: [anyone, why], name: value } } as never;
  expect(problemsOf(schema, broken)).toContain(problem);
});

test('every mistake is named at once', () => {
  const broken: FieldPermissions = {
    Query: { customer: [anyone, ''], '*': [anyone, why] },
    Customer: whole['Customer'] ?? {},
  };
  expect(problemsOf(schema, broken)).toEqual([
    'Query.named has no rule',
    'Query.customer has the rule "anyone" without a reason',
    'Query.* would open fields that nobody has thought of yet; name each field',
  ]);
});

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import:';
const ledger = holds('ledger:read');
const invoices = holds('invoices:read');

test.each<[string, Rule, Rule, boolean]>([
  ['the same rule', invoices, invoices, true],
  ['anyone', invoices, anyone, true],
  ['a rule of fewer roles', invoices, ledger, false],
  ['a rule of more roles', ledger, invoices, true],
  ['a rule of the object', invoices, holdsOrOwns('ledger:read'), false],
  ['a rule that has it as a part', invoices, holdsOrOwns('invoices:read'), true],
  ['a part of its own rule', holdsOrOwns('invoices:read'), invoices, false],
  ['one of several that must all hold', allOf('both', '', invoices, ledger), ledger, true],
  ['several of which it is only one', invoices, allOf('both', '', invoices, ledger), false],
  ['the same words put together twice', holdsOrOwns('invoices:read'), holdsOrOwns('invoices:read'), true],
  [
    'what it declares to imply',
    { ...objectRule('narrow', '', () => false), implies: [holdsOrOwns('orders:read')] },
    holdsOrOwns('orders:read'),
    true,
  ],
])('a field that @requires what %s guards starts, or not', (_what, own, required, isFine) => {
  const requires = subgraph(`
    ${LINK} ["@key", "@external", "@requires"])
    type Query { order: Order }
    type Order @key(fields: "id") {
      id: ID!
      total: Money @external
      state: String @requires(fields: "total { amount }")
    }
    type Money { amount: String }
  `);
  const problems = problemsOf(requires, {
    Query: { order: [anyone, why] },
    Order: { id: [anyone, why], total: [anyone, why], state: [own, why] },
    Money: { amount: [required, why] },
  });
  expect(problems).toEqual(
    isFine
      ? []
      : [
          `Order.state reads Money.amount, and its rule "${own.name}" lets in whom "${required.name}" there may refuse`,
        ],
  );
});

test('a renamed @requires is read all the same', () => {
  const renamed = subgraph(`
    ${LINK} ["@key", "@external", { name: "@requires", as: "@needs" }])
    type Query { order: Order }
    type Order @key(fields: "id") { id: ID! total: Int @external state: String @needs(fields: "total") }
  `);
  const fields = { id: [anyone, why], total: [ledger, why], state: [invoices, why] } as const;
  expect(problemsOf(renamed, { Query: { order: [anyone, why] }, Order: fields })).toEqual([
    'Order.state reads Order.total, and its rule "holds invoices:read" lets in whom "holds ledger:read" there may refuse',
  ]);
});

test('a field that reads from a context what its own rule hides stops the start', () => {
  const context = subgraph(`
    ${LINK} ["@key", "@context", "@fromContext"])
    type Query { order: Order }
    type Order @key(fields: "id") @context(name: "order") { id: ID! total: Int line: Line }
    type Line @key(fields: "id") { id: ID! share(total: Int @fromContext(field: "$order { total }")): String }
  `);
  const fields: FieldPermissions = {
    Query: { order: [anyone, why] },
    Order: { id: [anyone, why], total: [ledger, why], line: [anyone, why] },
    Line: { id: [anyone, why], share: [holdsOrSeesOwn('invoices:read'), why] },
  };
  expect(problemsOf(context, fields)).toEqual([
    'Line.share reads Order.total, and its rule "holds invoices:read or sees their own" lets in whom "holds ledger:read" there may refuse',
  ]);
});

function shieldRule(shield: Rule['shield'], needs: Needs = 'object'): Rule {
  return { name: 'tested', says: 'Says.', needs, shield };
}

function subgraph(sdl: string): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(sdl) }]);
}

/** The sentences with which the start is refused, without the heading. */
function problemsOf(of: GraphQLSchema, fields: FieldPermissions): string[] {
  try {
    checkPermissions(of, { owner: 'commerce', fields });
    return [];
  } catch (error) {
    return String(error)
      .replace(/^Error: permissions are not whole:\n {2}/, '')
      .split('\n  ');
  }
}
