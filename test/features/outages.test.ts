/**
 * What the report on outages predicts is what happens: every operation of the company is asked with each system down,
 * and the nulls that errors lead to are those that were predicted.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse, print } from 'graphql';

import { separateAccess } from '../../gateway/access/create-access.ts';
import { readSupergraph } from '../../gateway/supergraph/read-supergraph.ts';
import {
  lossesOfOthers,
  renderOutages,
  reportOutages,
  type NamedOperation,
  type OutageReport,
} from '../../tools/outage/report-outages.ts';
import { SYSTEM_NAMES } from '../../tools/systems/system-names.ts';
import { down, honest, type FakeSubgraph } from '../kit/fake-subgraph.ts';
import { startCompany } from '../kit/start-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

const SCHEMA = join(import.meta.dirname, '../../schema');

const operations = readdirSync(join(SCHEMA, 'operations')).map((file): NamedOperation => {
  return {
    name: file.replace('.graphql', ''),
    document: parse(readFileSync(join(SCHEMA, 'operations', file), 'utf8')),
  };
});

interface Told {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: readonly (string | number)[] }[];
}

/** Where in the answer the paths of the errors end, at the first null; without indexes, each place once. */
function nullsOf({ data = null, errors = [] }: Told): readonly string[] {
  const places = errors.map(({ path = [] }) => {
    let value: unknown = data;
    const walked: string[] = [];
    for (const part of path) {
      if (value === null) break;
      // Reason for the cast: a list is read by its indexes like an object by its keys.
      value = (value as Record<string, unknown>)[part] ?? null;
      if (typeof part === 'string') walked.push(part);
    }
    return walked.join('.');
  });
  return [...new Set(places)].sort();
}

const predictedFor = (report: OutageReport, operation: string, system: string) =>
  report.operations
    .filter((each) => each.operation === operation && each.system === system)
    .flatMap(({ lost }) => lost.map(({ path }) => path))
    .sort();

describe('the reference company', () => {
  const { supergraph } = separateAccess(readSupergraph(join(SCHEMA, 'supergraph.graphql')));
  const report = reportOutages(supergraph, operations);

  test.each(SYSTEM_NAMES)(
    'without %s, every operation loses what was predicted',
    async (system) => {
      const company = await startCompany({ down: [system] });
      const seen: Record<string, unknown> = {};
      for (const { name, document } of operations)
        seen[name] = nullsOf(await company.ask(print(document), { as: 'auditor' }));
      await company.stop();
      expect(seen).toEqual(
        Object.fromEntries(operations.map(({ name }) => [name, predictedFor(report, name, system)])),
      );
    },
    120_000,
  );

  test('no outage empties all of an answer that others could still give', () => {
    expect(lossesOfOthers(report).filter(({ path }) => path === '')).toEqual([]);
  });
});

const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@composeDirective"])
  @link(url: "https://tributary.example/spec/v1.0", import: ["@onFailure"])
  @composeDirective(name: "@onFailure")
  directive @onFailure(answer: String!, maxAgeSeconds: Int) on FIELD_DEFINITION`;
const reference = ({ id }: { id: string }) => ({ id });

const houses = honest(
  'houses',
  `${LINK}
  type Query { house: House!  row: [House!]  street: [House]  found: [Found] }
  union Found = House | Tree
  type House @key(fields: "id") { id: ID!  colour: String  twin: House! }
  type Tree { height: Int }`,
  {
    Query: {
      house: () => ({ id: '1' }),
      row: () => [{ id: '1' }, { id: '2' }],
      street: () => [{ id: '1' }, { id: '2' }],
      found: () => [
        { __typename: 'House', id: '1' },
        { __typename: 'Tree', height: 3 },
      ],
    },
    House: { __resolveReference: reference, colour: () => 'red', twin: () => ({ id: '2' }) },
  },
);

const people = honest(
  'people',
  `${LINK}
  type House @key(fields: "id") { id: ID!  owner: String!  guest: String  rent: Int @onFailure(answer: "FAIL") }`,
  {
    House: { __resolveReference: reference, owner: () => 'Ada', guest: () => 'Ben', rent: () => 5 },
  },
);

const taxes = honest(
  'taxes',
  `${LINK}
  type House @key(fields: "id") { id: ID!  guest: String @external  tax: Int @requires(fields: "guest") }`,
  { House: { __resolveReference: reference, tax: () => 7 } },
);

const CASES: readonly (readonly [query: string, lost: readonly string[], along: readonly string[]])[] = [
  ['{ house { colour guest } }', ['house.guest'], []],
  ['{ house { colour owner } }', [''], ['house.colour']],
  ['{ street { id owner } row { id } }', ['street'], ['street.id']],
  ['{ row { colour owner } street { id } }', ['row'], ['row.colour']],
  ['{ street { named: colour twin { id owner } } }', ['street'], ['street.named', 'street.twin.id']],
  ['{ house { colour tax } }', ['house.tax'], []],
  ['{ house { colour rent } }', [''], ['house.colour']],
  ['{ found { ... on House { colour owner } ... on Tree { height } } }', ['found'], ['found.colour']],
  ['fragment All on House { colour who: guest } { house { ...All } }', ['house.who'], []],
  ['{ house { colour twin { colour } } __typename }', [], []],
];

describe('chains of every kind', () => {
  let gateway: TestGateway;
  let report: OutageReport;
  const start = (subgraphs: readonly FakeSubgraph[]) => startGateway({ subgraphs });

  beforeAll(async () => {
    gateway = await start([houses, down(people), taxes]);
    const asked = CASES.map(([query]) => ({ name: query, document: parse(query) }));
    report = reportOutages(readSupergraph(gateway.supergraphFile), asked);
  });
  afterAll(() => gateway.stop());

  test.each(CASES)('%s', async (query, lost, along) => {
    // Reason for the cast: an answer of the gateway under test.
    expect(nullsOf((await gateway.ask(query)) as Told)).toEqual(lost);
    expect(predictedFor(report, query, 'people')).toEqual(lost);
    const found = report.operations.find((each) => each.operation === query && each.system === 'people');
    expect(found?.lost.flatMap(({ takesAlong }) => takesAlong)).toEqual(along);
  });

  test('the schema’s own chains are found, and where they stop', () => {
    expect(report.chains.filter(({ system }) => system === 'people')).toEqual([
      {
        system: 'people',
        type: 'House',
        fields: ['owner'],
        empties: ['House.twin', 'Query.house', 'Query.row', 'Query.street'],
        spreadsThrough: ['House.twin', 'Query.house'],
      },
    ]);
  });

  test('the text names what is null, why, and what goes along', () => {
    const [first] = CASES.map(([query]) => query);
    const one = { ...report, operations: report.operations.filter(({ operation }) => operation === first) };
    expect(renderOutages(one)).toBe(
      [
        '{ house { colour guest } } without houses:',
        '  the whole data: null, because Query.house must not be',
        '{ house { colour guest } } without people:',
        '  house.guest: null',
        '{ house { colour guest } } without taxes: nothing is lost',
        '',
        'Fields that take the object around them along, where they are asked for:',
        '  without people, any of House.{owner} empties House.twin, Query.house, Query.row, Query.street; it spreads ' +
          'through House.twin, Query.house',
      ].join('\n'),
    );
  });
});
