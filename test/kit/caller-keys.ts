/**
 * The keys of a gateway that proves itself to the subgraphs of the small company, in the file that its config
 * names, and the checks that a subgraph would make with the other halves.
 */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exportJWK, generateKeyPair, jwtVerify, type JWTPayload } from 'jose';

import { CALLER_TOKEN_ALGORITHM, CALLER_TOKEN_ISSUER } from '../../schema/contract/caller-token.ts';
import { verifyMessage, type SignatureVerdict } from '../../schema/contract/message-signature.ts';
import type { ReceivedCall } from './fake-subgraph.ts';

export interface TestCallerKeys {
  readonly keysFile: string;
  /** Throws where the token is not for this subgraph or not from the gateway. */
  claimsOf(subgraph: string, call: ReceivedCall): Promise<JWTPayload>;
  verdictOn(subgraph: string, call: ReceivedCall): SignatureVerdict;
  stop(): void;
}

export async function createCallerKeys(subgraphs: readonly string[]): Promise<TestCallerKeys> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const secrets = new Map(subgraphs.map((name) => [name, randomBytes(32)]));
  const keys = [
    { ...(await exportJWK(privateKey)), kid: 'gateway-1' },
    ...[...secrets].map(([aud, secret]) => ({
      kty: 'oct',
      kid: `${aud}-1`,
      aud,
      k: secret.toString('base64url'),
    })),
  ];
  const folder = mkdtempSync(join(tmpdir(), 'tributary-keys-'));
  const keysFile = join(folder, 'keys.json');
  writeFileSync(keysFile, JSON.stringify({ keys }));
  return {
    keysFile,
    async claimsOf(subgraph, { headers }) {
      const token = headers.authorization?.replace('Bearer ', '') ?? '';
      const demands = {
        issuer: CALLER_TOKEN_ISSUER,
        audience: subgraph,
        algorithms: [CALLER_TOKEN_ALGORITHM],
      };
      return (await jwtVerify(token, publicKey, demands)).payload;
    },
    verdictOn(subgraph, { path, headers, rawBody }) {
      const idempotencyKey = headers['idempotency-key']?.toString();
      const authorization = headers.authorization ?? '';
      const message = { method: 'POST', path, body: rawBody, authorization, idempotencyKey };
      const secretOf = (keyId: string) => (keyId === `${subgraph}-1` ? secrets.get(subgraph) : undefined);
      const given = Object.fromEntries(
        ['content-digest', 'signature-input', 'signature'].map((name) => [name, String(headers[name])]),
      );
      return verifyMessage(message, given, secretOf, { nowS: Math.floor(Date.now() / 1000), toleranceS: 30 });
    },
    stop: () => rmSync(folder, { recursive: true }),
  };
}
