/**
 * When a caller token is made anew and when it is used again.
 */

import { generateKeyPair } from 'jose';

import { unchanging } from '../../../../schema/contract/follow-files.ts';
import { ANONYMOUS } from '../../../../schema/contract/principal.ts';
import { createCallerProof, type CallerProof } from '../../../../gateway/upstream/caller-proof.ts';

const anna = { subject: 'anna', roles: ['sales'], scopes: ['customers:read'] };
const message = { method: 'POST', path: '/graphql', body: '{}' };

let nowS = 0;
let prove: CallerProof;

beforeEach(async () => {
  nowS = 1_000;
  const { privateKey } = await generateKeyPair('EdDSA');
  const key = { keyId: 'k', secret: new Uint8Array(32) };
  const keys = {
    token: { keyId: 't', key: privateKey },
    messages: new Map([
      ['crm', key],
      ['shop', key],
    ]),
  };
  prove = createCallerProof(unchanging(keys), { nowS: () => nowS, nonce: () => 'nonce-of-16-chars' });
});

const tokenOf = async (...call: [typeof anna | typeof ANONYMOUS, string]) =>
  (await prove(...call, message))['authorization'];

test('a token is used again while it outlives the call that carries it, and then made anew', async () => {
  const first = await tokenOf(anna, 'crm');
  nowS += 39;
  expect(await tokenOf(anna, 'crm')).toBe(first);
  nowS += 1;
  expect(await tokenOf(anna, 'crm')).not.toBe(first);
});

test('a token of a clock that was set back is made anew, since nobody would accept it before its time', async () => {
  const early = await tokenOf(anna, 'crm');
  nowS -= 3_600;
  const first = await tokenOf(anna, 'crm');
  expect(first).not.toBe(early);
  nowS += 39;
  expect(await tokenOf(anna, 'crm')).toBe(first);
});

test('no two principals and no two subgraphs share a token', async () => {
  const tokens = [
    await tokenOf(anna, 'crm'),
    await tokenOf(anna, 'shop'),
    await tokenOf(ANONYMOUS, 'crm'),
    await tokenOf({ ...anna, scopes: [] }, 'crm'),
  ];
  expect(new Set(tokens).size).toBe(4);
});

test('a subgraph without a key is never called unsigned', async () => {
  await expect(prove(anna, 'ledger', message)).rejects.toThrow('no key signs messages to ledger');
});
