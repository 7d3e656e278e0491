/**
 * Values from around an object (@fromContext) that the planner mixes up or forgets: two that stand below one field, one
 * that a nearer object of some types sets, and one that only some types of the objects take.
 */

import { honest } from '../../kit/fake-subgraph.ts';
import { federate } from '../kit/federation.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8",
  import: ["@key", "@context", "@fromContext", "@external", "@requires"])`;

type Given = Readonly<Record<string, string | number | null>>;
const itself = (given: Given) => given;

test('two values below one field', async () => {
  const box = { info: { a: 'A', b: 'B' }, item: { id: 'i' } };
  const main = honest(
    'main',
    `${LINK}
    type Query { box: Box }
    type Box @context(name: "box") { info: Info  item: Item }
    type Info { a: String  b: String }
    type Item @key(fields: "id") {
      id: ID!
      one(x: String @fromContext(field: "$box { info { a } }")): String
      two(x: String @fromContext(field: "$box { info { b } }")): String
      both(
        x: String @fromContext(field: "$box { info { a } }")
        y: String @fromContext(field: "$box { info { b } }")
      ): String
    }`,
    {
      Query: { box: () => box },
      Item: {
        __resolveReference: itself,
        one: (_: unknown, { x }: Given) => `one ${x}`,
        two: (_: unknown, { x }: Given) => `two ${x}`,
        both: (_: unknown, { x, y }: Given) => `both ${x} ${y}`,
      },
    },
  );
  const truth = { box: { ...box, item: { id: 'i', one: 'one A', two: 'two B', both: 'both A B' } } };
  const { agreed } = await federate({ subgraphs: [main], truth });
  await agreed('{ box { item { one two } } }');
  await agreed('{ box { item { both } } }');
  await agreed('{ box { info { b } item { two both id } } }');
});

test('the nearest counts, whatever else is taken beside it', async () => {
  const site = { __typename: 'Kiosk', id: 'k', rate: 3, best: { id: 'p' } };
  const main = honest(
    'main',
    `${LINK}
    type Query { region: Region }
    type Region @key(fields: "id") @context(name: "area") @context(name: "money") {
      id: ID!  rate: Int  currency: String @external  site: Site
    }
    interface Site { id: ID!  best: Product }
    type Shop implements Site { id: ID!  best: Product }
    type Kiosk implements Site @context(name: "area") { id: ID!  rate: Int  best: Product }
    type Product @key(fields: "id") {
      id: ID!
      tax(rate: Int @fromContext(field: "$area { rate }")): String
      money(currency: String @fromContext(field: "$money { currency }")): String
      price: Int @external
      total(rate: Int @fromContext(field: "$area { rate }")): String @requires(fields: "price")
    }`,
    {
      Query: { region: () => ({ id: 'r', rate: 7, site }) },
      Product: {
        __resolveReference: itself,
        tax: (_: unknown, { rate }: Given) => `tax ${rate}`,
        money: (_: unknown, { currency }: Given) => `money ${currency}`,
        total: ({ price }: Given, { rate }: Given) => `total ${price} at ${rate}`,
      },
    },
  );
  const other = honest(
    'other',
    `${LINK}
    type Region @key(fields: "id") { id: ID!  currency: String }
    type Product @key(fields: "id") { id: ID!  price: Int }`,
    {
      Region: { __resolveReference: () => ({ currency: 'EUR' }) },
      Product: { __resolveReference: () => ({ price: 10 }) },
    },
  );
  const best = { id: 'p', tax: 'tax 3', money: 'money EUR', total: 'total 10 at 3' };
  const truth = { region: { id: 'r', rate: 7, site: { ...site, best } } };
  const { agreed } = await federate({ subgraphs: [main, other], truth });
  await agreed('{ region { site { best { tax money } } } }');
  await agreed('{ region { site { best { tax total } } } }');
  await agreed('{ region { site { best { tax total money } } } }');
});

test('an object of a type that takes nothing is asked all the same', async () => {
  const pets = [
    { __typename: 'Cat', id: 'c', name: 'C', toy: { id: 't' } },
    { __typename: 'Dog', id: 'd', name: 'D' },
  ];
  const home = honest(
    'home',
    `${LINK}
    type Query { pets: [Pet!]! }
    interface Pet { id: ID!  name: String }
    type Cat implements Pet @key(fields: "id") { id: ID!  name: String }
    type Dog implements Pet @key(fields: "id") { id: ID!  name: String }`,
    { Query: { pets: () => pets } },
  );
  const toys = honest(
    'toys',
    `${LINK}
    interface Pet @context(name: "pet") { id: ID!  name: String  age: Int }
    type Cat implements Pet @key(fields: "id") { id: ID!  name: String @external  age: Int  toy: Toy }
    type Dog implements Pet @key(fields: "id") { id: ID!  name: String @external  age: Int }
    type Toy @key(fields: "id") { id: ID!  label(of: String @fromContext(field: "$pet { name }")): String }`,
    {
      Cat: { __resolveReference: itself, age: () => 1, toy: () => ({ id: 't' }) },
      Dog: { __resolveReference: itself, age: () => 2 },
      Toy: { __resolveReference: itself, label: (_: unknown, { of }: Given) => `label ${of}` },
    },
  );
  const truth = {
    pets: [
      { ...pets[0], age: 1, toy: { id: 't', label: 'label C' } },
      { ...pets[1], age: 2 },
    ],
  };
  const { agreed } = await federate({ subgraphs: [home, toys], truth });
  await agreed('{ pets { age ... on Cat { toy { label } } } }');
  await agreed('{ pets { id ... on Cat { toy { id label } } ... on Dog { age } } }');
});

test('objects of which some take one value and others another are asked for both', async () => {
  const pets = ['Cat', 'Dog'].map((name) => ({ __typename: name, id: name, name: `n${name}`, age: 5 }));
  const home = honest(
    'home',
    `${LINK}
    type Query { pets: [Pet!]! }
    interface Pet { id: ID! }
    type Cat implements Pet @key(fields: "id") { id: ID!  name: String  age: Int }
    type Dog implements Pet @key(fields: "id") { id: ID!  name: String  age: Int }`,
    { Query: { pets: () => pets } },
  );
  const own = 'id: ID!  name: String @external  age: Int @external  toy: Toy';
  const owner = { __resolveReference: itself, toy: () => ({ id: 't' }) };
  const toys = honest(
    'toys',
    `${LINK}
    interface Pet @context(name: "pet") { id: ID!  name: String  age: Int  toy: Toy }
    type Cat implements Pet @key(fields: "id") { ${own} }
    type Dog implements Pet @key(fields: "id") { ${own} }
    type Toy @key(fields: "id") {
      id: ID!
      label(of: String @fromContext(field: "$pet { name }")): String
      tag(age: Int @fromContext(field: "$pet { age }")): String
    }`,
    {
      Cat: owner,
      Dog: owner,
      Toy: {
        __resolveReference: itself,
        label: (_: unknown, { of }: Given) => `label ${of}`,
        tag: (_: unknown, { age }: Given) => `tag ${age}`,
      },
    },
  );
  const truth = {
    pets: pets.map((pet) => ({ ...pet, toy: { id: 't', label: `label ${pet.name}`, tag: 'tag 5' } })),
  };
  const { agreed } = await federate({ subgraphs: [home, toys], truth });
  await agreed('{ pets { ... on Dog { toy { label } } ... on Cat { toy { tag } } } }');
  await agreed('{ pets { ... on Dog { toy { label id } } ... on Cat { toy { id tag label } } } }');
});
