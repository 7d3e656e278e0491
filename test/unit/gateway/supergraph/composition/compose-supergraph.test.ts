/**
 * Composition with our rule of owners: what passes, and what is refused with file and line.
 */

import { composeSupergraph } from '../../../../../gateway/supergraph/composition/compose-supergraph.ts';
import { formatProblem } from '../../../../../gateway/supergraph/composition/schema-problem.ts';

const HEAD = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@shareable", "@provides", "@requires", "@override"])
`;
const PEOPLE = `${HEAD}
type Query { person(id: ID!): Person }
type Person @key(fields: "id") {
  id: ID!
  name: String!
}`;
const MONEY = `${HEAD}
type Query { debtors: [Person!]! }
type Person @key(fields: "id") {
  id: ID!
  debt: Int
}`;

test('two subgraphs that share only keys and values compose', () => {
  const value = 'type Amount @shareable { cents: Int! }';
  const people = `${PEOPLE}\n${value}\nextend type Person { fortune: Amount }`;
  const outcome = composeSupergraph(
    [source('people', people), source('money', `${MONEY}\n${value}\nextend type Person { loan: Amount }`)],
    OWNERS,
  );

  expect(outcome).toEqual({
    kind: 'composed',
    supergraph: expect.stringContaining('debt: Int @join__field(graph: MONEY)'),
  });
});

test('what every subgraph has by specification is no second owner where an SDL spells it out', () => {
  const spelt = (sdl: string) => `${sdl}
extend type Query { _service: _Service!  _entities(representations: [_Any!]!): [_Entity]! }
type _Service { sdl: String! }
union _Entity = Person
scalar _Any`;

  const compose = (people: string, money: string) =>
    composeSupergraph([source('people', people), source('money', money)], OWNERS);
  expect(compose(spelt(PEOPLE), spelt(MONEY))).toEqual(compose(PEOPLE, MONEY));
});

test('a natural key that others only hand through composes', () => {
  const people = PEOPLE.replace('name: String!', 'name: String! @shareable');
  const money = `${MONEY}
extend type Query { richest: Person @provides(fields: "name") }
extend type Person { name: String! @external }`;

  expect(problemsOf(people, money)).toEqual([]);
});

test('a field that is taken over by @override has one owner, the new one', () => {
  expect(
    problemsOf(PEOPLE, `${MONEY}\nextend type Person { name: String! @override(from: "people") }`),
  ).toEqual([]);
});

test.each([
  ['does not define it', 'input By @oneOf { id: ID  name: String }'],
  ['defines it', 'directive @oneOf on INPUT_OBJECT input By @oneOf { id: ID  name: String }'],
  ['says it in an extension', 'input By { id: ID  name: String } extend input By @oneOf'],
])('an input that one subgraph marks with @oneOf is marked in the supergraph, if it %s', (_how, input) => {
  const people = PEOPLE.replace('(id: ID!)', '(by: By!)') + input;
  const money = `${MONEY} extend type Query { debt(by: By!): Int } input By { id: ID  name: String  number: Int }`;
  expect(composeSupergraph([source('people', people), source('money', money)], OWNERS)).toEqual({
    kind: 'composed',
    supergraph: expect.stringMatching(
      /^input By @join__type\(graph: MONEY\) @join__type\(graph: PEOPLE\) @oneOf \{[^]*^directive @oneOf on INPUT_OBJECT$/m,
    ),
  });
});

const SPEC = `extend schema @link(url: "https://tributary.example/spec/v1.0", import: ["@onFailure"])
  @composeDirective(name: "@onFailure")
directive @onFailure(answer: String!, maxAgeSeconds: Int) on FIELD_DEFINITION
`;
const withAnswers = (sdl: string) => SPEC + sdl.replace('"@key"', '"@key", "@composeDirective"');

test('what a failure means may be said of every field of which it can be true', () => {
  const people = withAnswers(PEOPLE)
    .replace('name: String!', 'name: String! @onFailure(answer: "LAST_GOOD", maxAgeSeconds: 60)')
    .replace('): Person', '): Person @onFailure(answer: "FAIL")');
  expect(problemsOf(people, MONEY)).toEqual([]);
});

test.each([
  [
    'of a key',
    '  id: ID!\n',
    '  id: ID! @onFailure(answer: "NULL")\n',
    '9:3: Person.id: @onFailure makes no sense on a key, by which others know the object.',
  ],
  [
    'with another word',
    'name: String!',
    'name: String! @onFailure(answer: "EMPTY")',
    '10:3: Person.name: @onFailure must be one of NULL, FAIL, LAST_GOOD.',
  ],
  [
    'for ever',
    'name: String!',
    'name: String! @onFailure(answer: "LAST_GOOD")',
    '10:3: Person.name: @onFailure needs maxAgeSeconds, a whole number of at least 1, where the answer is LAST_GOOD.',
  ],
  [
    'with an age for nothing',
    'name: String!',
    'name: String! @onFailure(answer: "FAIL", maxAgeSeconds: 1)',
    '10:3: Person.name: @onFailure has no use for maxAgeSeconds unless the answer is LAST_GOOD.',
  ],
  [
    'of objects',
    'name: String!',
    'friend: Person @onFailure(answer: "LAST_GOOD", maxAgeSeconds: 1)',
    '10:3: Person.friend: @onFailure cannot be LAST_GOOD on a field that gives objects; mark their fields.',
  ],
  [
    'of arguments',
    'name: String!',
    'name(short: Boolean): String! @onFailure(answer: "LAST_GOOD", maxAgeSeconds: 1)',
    '10:3: Person.name: @onFailure cannot be LAST_GOOD on a field with arguments.',
  ],
  [
    'of a root field',
    '): Person',
    '): Person @onFailure(answer: "LAST_GOOD", maxAgeSeconds: 1)',
    '7:14: Query.person: @onFailure cannot be LAST_GOOD on a field of a query.',
  ],
  [
    'of a write',
    'type Query {',
    'type Mutation { write: Int @onFailure(answer: "FAIL") }\ntype Query {',
    '7:17: Mutation.write: @onFailure cannot be FAIL on a field of a mutation.',
  ],
  [
    'of what has no key',
    'name: String!',
    'name: String! }\ntype Town { size: Int @onFailure(answer: "LAST_GOOD", maxAgeSeconds: 1)',
    '11:13: Town.size: @onFailure cannot be LAST_GOOD on a type without a key: values are kept by it.',
  ],
  [
    'of an interface',
    'name: String!',
    'name: String! }\ninterface Named { name: String! @onFailure(answer: "FAIL")',
    '11:19: Named.name: @onFailure counts on the fields of objects, not of interfaces.',
  ],
  [
    'of what another subgraph owns',
    'name: String!',
    'debt: Int @external @onFailure(answer: "FAIL")\n  mood: Int @requires(fields: "debt")',
    '10:3: Person.debt: @onFailure is for the owner of the field to say, not for who reads it.',
  ],
])('what is said of failures %s is refused at its place', (_what, before, after, problem) => {
  const people = withAnswers(PEOPLE).replace(before, after);
  expect(problemsOf(people, MONEY)).toContain(`schema/people.graphql:${problem}`);
});

test('a second owner is refused at both places, even when both mark the field @shareable', () => {
  const second = `${MONEY}\nextend type Person { name: String! }`;
  const expected = [
    'schema/people.graphql:7:3: Person.name has 2 owners: people here, and money. One must give it up, or read it with @external.',
    'schema/money.graphql:9:22: Person.name has 2 owners: money here, and people. One must give it up, or read it with @external.',
  ];

  expect(problemsOf(PEOPLE, second)).toEqual(expected);
  expect(
    problemsOf(
      PEOPLE.replace('name: String!', 'name: String! @shareable'),
      second.replace('name: String!', 'name: String! @shareable'),
    ),
  ).toEqual(expected);
});

test('a second owner of a root field is refused', () => {
  const people = PEOPLE.replace('person(id: ID!): Person', 'person(id: ID!): Person @shareable');
  const money = MONEY.replace(
    'debtors: [Person!]!',
    'debtors: [Person!]!\nperson(id: ID!): Person @shareable',
  );

  expect(problemsOf(people, money)).toEqual([
    'schema/people.graphql:4:14: Query.person has 2 owners: people here, and money. One must give it up, or read it with @external.',
    'schema/money.graphql:5:1: Query.person has 2 owners: money here, and people. One must give it up, or read it with @external.',
  ]);
});

test('a field that everybody only reads is refused', () => {
  const money = `${MONEY}\nextend type Person {\n  age: Int @external\n  isAdult: Boolean @requires(fields: "age")\n}`;

  expect(problemsOf(PEOPLE, money)).toEqual([
    'schema/money.graphql:10:3: Person.age has no owner: money reads it with @external, but no subgraph resolves it.',
  ]);
});

test('@shareable on an entity’s field that nobody reads is refused', () => {
  expect(problemsOf(PEOPLE.replace('name: String!', 'name: String! @shareable'), MONEY)).toEqual([
    'schema/people.graphql:7:3: Person.name is @shareable, but no other subgraph reads it with @external: it would let in a second owner.',
  ]);
});

test('a subgraph without an owner is refused', () => {
  const outcome = composeSupergraph([source('people', PEOPLE), source('rumours', MONEY)], OWNERS);

  expect(outcome.kind === 'refused' && outcome.problems.map(formatProblem)).toEqual([
    'schema/rumours.graphql:1:1: Nobody owns the fields of rumours: it has no entry in schema/ownership.ts.',
  ]);
});

test('errors of composition name the place, several at once and beside those of ownership', () => {
  const money = `${MONEY}\nextend type Person {\n  name: String!\n  age: Int @external\n  id2: ID! @external\n}`;

  expect(problemsOf(PEOPLE, money)).toEqual([
    'schema/people.graphql:7:3: Person.name has 2 owners: people here, and money. One must give it up, or read it with @external.',
    'schema/money.graphql:10:3: Person.name has 2 owners: money here, and people. One must give it up, or read it with @external.',
    'schema/money.graphql:11:3: Person.age has no owner: money reads it with @external, but no subgraph resolves it.',
    'schema/money.graphql:12:3: Person.id2 has no owner: money reads it with @external, but no subgraph resolves it.',
    expect.stringMatching(
      /^schema\/money\.graphql:11:3: \[money\] Field "Person\.age" is marked @external but is not used/,
    ),
    expect.stringMatching(
      /^schema\/money\.graphql:12:3: \[money\] Field "Person\.id2" is marked @external but is not used/,
    ),
  ]);
});

test('every file that is not GraphQL is named with the place', () => {
  expect(problemsOf(`${PEOPLE} }`, MONEY.replace('type Query {', 'type Query ('))).toEqual([
    'schema/people.graphql:8:3: Syntax Error: Unexpected "}".',
    'schema/money.graphql:4:12: Syntax Error: Unexpected "(".',
  ]);
});

test('an error without a place of its own is shown where its directive or field stands', () => {
  expect(problemsOf(PEOPLE.replace('@key(fields: "id") {', '@kay(fields: "id") {'), MONEY)).toEqual([
    'schema/people.graphql:5:13: [people] Unknown directive "@kay". Did you mean "@key"?',
  ]);
  const unreachable = `${MONEY}\nextend type Query { loans: [Loan!]! }\ntype Loan { of: Int! @shareable }`;
  const alsoLoan = `${PEOPLE}\ntype Loan {\n  of: Int! @shareable\n  at: Int!\n}`;
  expect(problemsOf(alsoLoan, unreachable)).toEqual([
    expect.stringMatching(
      /^schema\/people\.graphql:11:3: The following supergraph API query:[^]*cannot find field "Loan\.at"/,
    ),
  ]);
});

const OWNERS = ['people', 'money'];

function problemsOf(people: string, money: string): readonly string[] {
  const outcome = composeSupergraph([source('people', people), source('money', money)], OWNERS);
  return outcome.kind === 'composed' ? [] : outcome.problems.map(formatProblem);
}

function source(name: string, sdl: string): { name: string; file: string; sdl: string; url: string } {
  return { name, file: `schema/${name}.graphql`, sdl, url: `http://${name}.example/graphql` };
}
