/**
 * How the gateway runs an operation over the three systems, as `npm run plan` prints it.
 */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tributary-plan-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('name, receivable and billing status: the CRM, then accounting and the shop at once, then accounting', async () => {
  const { stdout } = await planOf(
    '{ customerByNumber(number: "C-10001") { name receivable { amount } orders { nodes { billingStatus } } } }',
  );
  expect(stdout).toMatchInlineSnapshot(`
   "QueryPlan {
     Sequence {
       Fetch(service: "crm") {
         {
           customerByNumber(number: "C-10001") {
             __typename
             id
             name
           }
         }
       },
       Parallel {
         Sequence {
           Flatten(path: "customerByNumber") {
             Fetch(service: "shop") {
               {
                 ... on Customer {
                   __typename
                   id
                 }
               } =>
               {
                 ... on Customer {
                   orders {
                     nodes {
                       __typename
                       id
                       total {
                         amount
                         currency
                       }
                     }
                   }
                 }
               }
             },
           },
           Flatten(path: "customerByNumber.orders.nodes.@") {
             Fetch(service: "accounting") {
               {
                 ... on Order {
                   __typename
                   id
                   total {
                     amount
                     currency
                   }
                 }
               } =>
               {
                 ... on Order {
                   billingStatus
                 }
               }
             },
           },
         },
         Flatten(path: "customerByNumber") {
           Fetch(service: "accounting") {
             {
               ... on Customer {
                 __typename
                 id
               }
             } =>
             {
               ... on Customer {
                 receivable {
                   amount
                 }
               }
             }
           },
         },
       },
     },
   }
   "
  `);
});

test('a mistake in the operation is named with its place', async () => {
  const { stderr, code } = await planOf('{ customers {\n nope } }').catch(
    // Reason for the cast: execFile rejects with what the process said and ended with.
    (error: unknown) => error as { stderr: string; code: number },
  );
  expect({ stderr, code }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/operation\.graphql:2:2 Cannot query field "nope"/),
  });
});

test('each case of @skip and @include has its plan, and what is in none is named', async () => {
  const { stdout } = await planOf(
    `query ($a: Boolean!) {
      orders @skip(if: $a) { nodes { number ... @include(if: $a) { billingStatus } } }
    }`,
  );
  const file = path.join(folder, 'operation.graphql');
  expect(stdout).toBe(`With $a: false:
QueryPlan {
  Fetch(service: "shop") {
    {
      orders {
        nodes {
          number
        }
      }
    }
  },
}

With $a: true:
No subgraph is asked.

Never run, whatever the variables: ${file}:2:68 billingStatus
`);
});

test('what a field that moves to another subgraph costs before and after is told by its label', async () => {
  const sdls = path.join(folder, 'sdls');
  const link =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override"])';
  await mkdir(sdls);
  await writeFile(
    path.join(sdls, 'old.graphql'),
    `${link} type Query { lamp: Lamp } type Lamp @key(fields: "id") { id: ID! watts: Int }`,
  );
  await writeFile(
    path.join(sdls, 'new.graphql'),
    `${link} type Lamp @key(fields: "id") { id: ID! watts: Int @override(from: "old", label: "watts-move") }`,
  );
  const { stdout } = await planOf('{ lamp { watts } }', '--supergraph', sdls);
  const [, off, on] = stdout.split(/^With the override label /m);
  expect(off).toMatch(/^watts-move off:\nQueryPlan/);
  expect(off).not.toContain('"new"');
  expect(on).toMatch(/^watts-move on:\nQueryPlan.*service: "old".*service: "new"/s);
});

test('of several operations one is chosen by its name', async () => {
  const several = 'query A { __typename } query B { orders { nodes { id } } }';
  expect((await planOf(several, '--operation', 'B')).stdout).toContain('service: "shop"');
  await expect(planOf(several)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/operation\.graphql holds A, B: say which by --operation NAME\.\n$/),
  });
});

test('a supergraph that is not there is named in one sentence', async () => {
  await expect(planOf('{ __typename }', '--supergraph', '/nowhere')).rejects.toMatchObject({
    code: 1,
    stderr: 'The supergraph /nowhere does not exist.\n',
  });
});

async function planOf(
  text: string,
  ...flags: readonly string[]
): Promise<{ stdout: string; stderr: string; code: number }> {
  const file = path.join(folder, 'operation.graphql');
  await writeFile(file, text);
  return {
    code: 0,
    ...(await run(process.execPath, ['tools/run.js', 'plan', file, ...flags], { cwd: ROOT })),
  };
}
