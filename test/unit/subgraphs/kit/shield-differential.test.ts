/**
 * graphql-shield is the meaning of the rules: whatever it answers when it enforces the same permissions itself, the
 * kit answers too, error for error. Every role and field of all subgraphs, and generated queries.
 */

import { readFileSync } from 'node:fs';

import { buildSubgraphSchema } from '@apollo/subgraph';
import { expect, test } from '@jest/globals';
import {
  execute,
  getNamedType,
  GraphQLSchema,
  isCompositeType,
  isObjectType,
  parse,
  print,
  visit,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql';

import { ANONYMOUS, ROLES, scopesOfRoles, type Principal } from '../../../../schema/contract/principal.ts';
import { permissions as accounting } from '../../../../subgraphs/accounting/permissions.ts';
import { permissions as crm } from '../../../../subgraphs/crm/permissions.ts';
import { formatError } from '../../../../subgraphs/kit/fault.ts';
import type { Permissions } from '../../../../subgraphs/kit/permissions.ts';
import { allOf, anyOf, argumentsRule, objectRule, principalRule } from '../../../../subgraphs/kit/rule.ts';
import { anyone, holds } from '../../../../subgraphs/kit/rules.ts';
import { guardSchema } from '../../../../subgraphs/kit/shield.ts';
import { permissions as shop } from '../../../../subgraphs/shop/permissions.ts';
import { generateQuery, seededRandom } from '../../../kit/generate-query.ts';
import {
  imagineAnswers,
  imagineArguments,
  OTHER_CUSTOMER,
  OWN_CUSTOMER,
  rowOf,
} from '../../../kit/imagined-answers.ts';
import { guardByPlainShield } from '../../../kit/plain-shield.ts';
import { SEED } from '../../../kit/seed.ts';

const SUBGRAPHS: readonly (readonly [name: string, permissions: Permissions, sdl: string])[] = [
  ['crm', crm, sdlOf('crm')],
  ['accounting', accounting, sdlOf('accounting')],
  ['shop', shop, sdlOf('shop')],
  ['a subgraph with every kind of rule', ...everyKindOfRule()],
];

const PRINCIPALS: readonly Principal[] = [
  ANONYMOUS,
  ...Object.keys(ROLES).map((role) => ({ subject: role, roles: [role], scopes: scopesOfRoles([role]) })),
  { subject: 'c', roles: ['customer'], scopes: scopesOfRoles(['customer']), customerId: OWN_CUSTOMER },
];

const QUERIES = Number(process.env['QUERIES'] ?? 60);

test.each(SUBGRAPHS)(
  'every role gets of every field of %s what plain shield gives',
  async (_name, permissions, sdl) => {
    const { ours, plain } = bothOf(sdl, permissions);
    const places = Object.entries(permissions.fields).flatMap(([type, fields]) =>
      Object.keys(fields).flatMap((field) =>
        [OWN_CUSTOMER, OTHER_CUSTOMER].map((owner) => ({ type, field, owner })),
      ),
    );
    expect(places.length).toBeGreaterThan(0);
    for (const { type, field, owner } of places) {
      const query = queryOf(ours, type, field, owner);
      const [own, shields] = [rootedIn(ours, type), rootedIn(plain, type)];
      for (const principal of PRINCIPALS) {
        const answer = await ask(own, query, principal, rowOf(owner));
        const expected = await ask(shields, query, principal, rowOf(owner));
        expect({ query, principal, answer }).toEqual({ query, principal, answer: expected });
      }
    }
  },
);

test.each(SUBGRAPHS)(
  `generated queries to %s (SEED=${SEED}, QUERIES=${QUERIES}) get what plain shield gives`,
  async (_name, permissions, sdl) => {
    const { ours, plain } = bothOf(nullable(sdl), permissions);
    const strict = bothOf(sdl, permissions);
    const random = seededRandom(SEED);
    const codes = new Set<unknown>();
    for (let round = 0; round < QUERIES; round++) {
      const query = generateQuery(ours, random, [OWN_CUSTOMER, OTHER_CUSTOMER]);
      for (const principal of PRINCIPALS) {
        const expected = await ask(plain, query, principal);
        expect({ query, answer: await ask(ours, query, principal) }).toEqual({ query, answer: expected });
        for (const { extensions } of expected.errors ?? []) codes.add(extensions.code);
        // Of several errors that null the same parent any one may be told (GraphQL, "Handling Execution Errors").
        const [{ data }, { data: expectedData }] = [
          await ask(strict.ours, query, principal),
          await ask(strict.plain, query, principal),
        ];
        expect({ query, data }).toEqual({ query, data: expectedData });
      }
    }
    // Else nothing was compared but what is open.
    expect(codes).toContain('FORBIDDEN');
  },
);

/** Where every field may be null, every refusal stands in the answer with a path of its own. */
function nullable(sdl: string): string {
  return print(
    visit(parse(sdl), {
      FieldDefinition: (node) => ({ ...node, type: visit(node.type, { NonNullType: ({ type }) => type }) }),
    }),
  );
}

/** Both guard an own copy, because a guard is put before the fields themselves. */
function bothOf(sdl: string, permissions: Permissions) {
  const build = () => imagineAnswers(buildSubgraphSchema([{ typeDefs: parse(sdl) }]));
  return {
    ours: guardSchema(build(), permissions),
    plain: guardByPlainShield(build(), permissions),
  };
}

/** The same types, with this one to be asked directly. */
function rootedIn(schema: GraphQLSchema, typeName: string): GraphQLSchema {
  return new GraphQLSchema({ ...schema.toConfig(), query: objectType(schema, typeName), mutation: null });
}

function queryOf(schema: GraphQLSchema, typeName: string, fieldName: string, customerId: string): string {
  // Reason for the cast: the permissions were checked against the schema.
  const field = objectType(schema, typeName).getFields()[fieldName] as GraphQLField<unknown, unknown>;
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return `{ ${fieldName}${imagineArguments(field.args, customerId)}${selection} }`;
}

function objectType(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is no object type`);
  return type;
}

async function ask(schema: GraphQLSchema, query: string, principal: Principal, rootValue?: unknown) {
  const contextValue = { principal };
  const { data, errors } = await execute({ schema, document: parse(query), contextValue, rootValue });
  const formatted = errors?.map((error) => formatError(error.toJSON(), error));
  // Which of two fields fails first may differ, what is answered may not.
  const sorted = formatted?.toSorted((one, other) =>
    JSON.stringify(one.path).localeCompare(JSON.stringify(other.path)),
  );
  return JSON.parse(JSON.stringify({ data, errors: sorted }));
}

function sdlOf(name: string): string {
  return readFileSync(new URL(`../../../../schema/${name}.graphql`, import.meta.url), 'utf8');
}

function everyKindOfRule(): [Permissions, string] {
  const why = 'A test says so.';
  const throwing = () => {
    throw new Error('the rule read secret 4711');
  };
  const faulty = principalRule('faulty', 'Throws.', throwing);
  const broken = objectRule('broken', 'Throws for others.', (_principal, { id }) =>
    id === OWN_CUSTOMER ? true : throwing(),
  );
  const loading = objectRule('loading', 'Loads.', async (_principal, { id }) => id === OWN_CUSTOMER);
  const failing = objectRule('failing', 'Fails to load.', async () => throwing());
  const asked = argumentsRule(
    'asked',
    'Reads arguments.',
    (_principal, given) => given['id'] === OWN_CUSTOMER,
  );
  const costs = holds('costs:read');
  const rules = [
    faulty,
    broken,
    loading,
    failing,
    asked,
    anyOf('faulty or costs', '', faulty, costs),
    anyOf('costs or faulty', '', costs, faulty),
    anyOf('broken or loading', '', broken, loading),
    anyOf('costs or loading', '', costs, loading),
    anyOf('asked or costs', '', asked, costs),
    allOf('costs and broken', '', costs, broken),
    allOf('costs and loading', '', costs, loading),
    allOf('faulty and costs', '', faulty, costs),
    allOf('loading and failing', '', loading, failing),
    anyOf('nested', '', allOf('inner', '', costs, loading), allOf('other', '', asked, broken)),
  ];
  const names = rules.map((_rule, index) => `f${index}`);
  const guarded = Object.fromEntries(rules.map((rule, index) => [`f${index}`, [rule, why] as const]));
  const sdl = `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { things: [Thing!]! open: [Open] }
    interface Open { id: ID! ${names.map((name) => `${name}(id: ID! = "x"): String`).join(' ')} }
    type Thing implements Open @key(fields: "id") {
      id: ID! inner: Thing ${names.map((name) => `${name}(id: ID! = "x"): String`).join(' ')}
    }
  `;
  const open = [anyone, why] as const;
  return [
    {
      owner: 'commerce',
      fields: { Query: { things: open, open }, Thing: { id: open, inner: open, ...guarded } },
    },
    sdl,
  ];
}
