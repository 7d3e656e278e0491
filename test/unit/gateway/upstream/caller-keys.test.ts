/**
 * Which keys the gateway lacks to prove itself is told by what has to stand in the file.
 */

import { generateKeyPairSync } from 'node:crypto';

import { pino } from 'pino';

import { followCallerKeys } from '../../../../gateway/upstream/caller-keys.ts';

test('a subgraph that no key names is told with the member that would name it', () => {
  const signing = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const shared = { kty: 'oct', kid: 'crm-1', aud: 'crm', k: Buffer.alloc(32).toString('base64url') };
  const keys = JSON.stringify({ keys: [{ ...signing, kid: 'gateway-1' }, shared] });
  const follow = () => followCallerKeys({ keys }, ['crm', 'helpdesk'], pino({ level: 'silent' }));

  expect(follow).toThrow(
    expect.objectContaining({
      problems: [
        'callerProof.keys holds no oct key of 32 bytes or more with "aud": "helpdesk", for the subgraph helpdesk.',
      ],
    }),
  );
});
