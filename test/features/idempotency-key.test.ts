/**
 * The key that a client gives a mutation reaches the subgraph that owns it, signed, and nothing else does; a key that
 * cannot be one is refused before anything is asked.
 */

import { ERRORS } from '../../schema/contract/errors.ts';
import { createCallerKeys, type TestCallerKeys } from '../kit/caller-keys.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { postOf, startGateway, type TestGateway } from '../kit/start-gateway.ts';

const RENAME = 'mutation { renameCustomer(id: "1", name: "Ada") { name receivable { amount } } }';

let keys: TestCallerKeys;
let gateway: TestGateway;

beforeAll(async () => {
  keys = await createCallerKeys(['crm', 'accounting', 'shop']);
  gateway = await startGateway({
    subgraphs: [crm, accounting, shop],
    config: { callerProof: { keysFile: keys.keysFile } },
  });
});

afterAll(async () => {
  await gateway.stop();
  keys.stop();
});

function callsTo(subgraph: string) {
  return gateway.subgraphs.get(subgraph)?.received ?? [];
}

interface Sent {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly extensions?: unknown;
}

/** Gives the answer, the keys that the crm and accounting were sent with each call, and whether the crm's was signed. */
async function send({ query = RENAME, headers = {}, extensions }: Sent) {
  const before = { crm: callsTo('crm').length, accounting: callsTo('accounting').length };
  const init = postOf(query, { headers: { ...headers } });
  const { status, body } = await gateway.send('/graphql', {
    ...init,
    body: JSON.stringify({ query, extensions }),
  });
  const toCrm = callsTo('crm').slice(before.crm);
  return {
    status,
    body,
    crm: toCrm.map((call) => call.headers['idempotency-key'] ?? 'none'),
    accounting: callsTo('accounting')
      .slice(before.accounting)
      .map((call) => call.headers['idempotency-key'] ?? 'none'),
    areProven: toCrm.every((call) => keys.verdictOn('crm', call).kind === 'valid'),
  };
}

const RENAMED = {
  status: 200,
  body: { data: { renameCustomer: { name: 'Ada', receivable: { amount: '10.00' } } } },
  accounting: ['none'],
  areProven: true,
};

test.each<[string, Sent, string]>([
  ['in the header', { headers: { 'idempotency-key': 'k-1' } }, 'k-1'],
  ['as the quoted string of the draft', { headers: { 'idempotency-key': '"k-1"' } }, 'k-1'],
  ['with quotes and backslashes inside', { headers: { 'idempotency-key': '"a\\"b\\\\c"' } }, 'a"b\\c'],
  ['of 255 characters', { headers: { 'idempotency-key': 'k'.repeat(255) } }, 'k'.repeat(255)],
  ['in the extensions', { extensions: { idempotencyKey: 'k-1' } }, 'k-1'],
  [
    'in both places alike',
    { headers: { 'idempotency-key': 'k-1' }, extensions: { idempotencyKey: 'k-1' } },
    'k-1',
  ],
  ['given as null in the extensions', { extensions: { idempotencyKey: null } }, 'none'],
  ['not given', {}, 'none'],
])(
  'a key %s goes signed to the owner of the mutation, and with no fetch for its answer',
  async (_what, sent, key) => {
    expect(await send(sent)).toEqual({ ...RENAMED, crm: [key] });
    // Known by now, and so answered by the short way where there is one.
    expect(await send(sent)).toEqual({ ...RENAMED, crm: [key] });
  },
);

test('a key goes with every mutation of the request', async () => {
  const query =
    'mutation { a: renameCustomer(id: "1", name: "A") { name } b: renameCustomer(id: "2", name: "B") { name } }';
  expect(await send({ query, headers: { 'idempotency-key': 'k-1' } })).toEqual({
    status: 200,
    body: { data: { a: { name: 'A' }, b: { name: 'B' } } },
    crm: ['k-1'],
    accounting: [],
    areProven: true,
  });
});

test('a key on a query goes nowhere', async () => {
  const query = '{ customer(id: "1") { name } }';
  const { status, crm: sent, areProven } = await send({ query, headers: { 'idempotency-key': 'k-1' } });
  expect({ status, sent, areProven }).toEqual({ status: 200, sent: ['none'], areProven: true });
});

const NOT_A_KEY = 'The key must be 1 to 255 visible ASCII characters, without spaces.';

test.each<[string, Sent, string, string]>([
  ['empty', { headers: { 'idempotency-key': '' } }, 'Idempotency-Key', NOT_A_KEY],
  ['too long', { headers: { 'idempotency-key': 'k'.repeat(256) } }, 'Idempotency-Key', NOT_A_KEY],
  ['with a space', { headers: { 'idempotency-key': 'k 1' } }, 'Idempotency-Key', NOT_A_KEY],
  ['with a letter beyond ASCII', { headers: { 'idempotency-key': 'é' } }, 'Idempotency-Key', NOT_A_KEY],
  ['quoted at one end', { headers: { 'idempotency-key': '"k-1' } }, 'Idempotency-Key', NOT_A_KEY],
  ['quoted with parameters', { headers: { 'idempotency-key': '"k";a=1' } }, 'Idempotency-Key', NOT_A_KEY],
  [
    'of two lists joined by a proxy',
    { headers: { 'idempotency-key': 'k, k' } },
    'Idempotency-Key',
    NOT_A_KEY,
  ],
  [
    'that is a number in the extensions',
    { extensions: { idempotencyKey: 7 } },
    'extensions.idempotencyKey',
    NOT_A_KEY,
  ],
  [
    'that differs between header and extensions',
    { headers: { 'idempotency-key': 'k-1' }, extensions: { idempotencyKey: 'k-2' } },
    'extensions.idempotencyKey',
    'The header Idempotency-Key names another key.',
  ],
])('a key %s is refused with 400, and nobody is asked', async (_what, sent, argument, reason) => {
  expect(await send(sent)).toEqual({
    status: 400,
    body: {
      errors: [
        {
          message: ERRORS.BAD_REQUEST.says,
          extensions: {
            code: 'BAD_REQUEST',
            retryable: false,
            requestId: expect.any(String),
            argument,
            reason,
          },
        },
      ],
    },
    crm: [],
    accounting: [],
    areProven: true,
  });
});
