/**
 * The secrets that systems sign their webhooks with, one for each sender and receiver, from a file that may change
 * while it runs. Two of a pair are active while they are rotated. Knows no signature.
 */

import { readFileSync } from 'node:fs';

import type { Logger } from 'pino';
import { z } from 'zod';

import { followFiles, type Followed } from '../../../schema/contract/follow-files.ts';

export interface WebhookSecrets {
  /** All active secrets by which `system` proves itself to the other; none where there is no such pair. */
  readonly sendingTo: (receiver: string) => readonly Uint8Array[];
  /** By which the other proves itself to `system`. */
  readonly receivingFrom: (sender: string) => readonly Uint8Array[];
}

/** Standard Webhooks asks for 24 to 64 bytes. */
const SHORTEST_SECRET_BYTES = 24;

const keySet = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('oct'),
      k: z.base64url().refine((k) => Buffer.from(k, 'base64url').length >= SHORTEST_SECRET_BYTES),
      /** Who signs. */
      iss: z.string().min(1),
      /** Who is told. */
      aud: z.string().min(1),
    }),
  ),
});

/**
 * A JWKS (RFC 7517) of `oct` keys that name sender (`iss`) and receiver (`aud`). Throws a sentence where the file
 * cannot be used at the start; later the old secrets stay, and the log says why.
 */
export function followWebhookSecrets(file: string, system: string, log: Logger): Followed<WebhookSecrets> {
  return followFiles({
    files: [file],
    read: () => parseSecrets(readFileSync(file, 'utf8'), { file, system }),
    onChange: (problem) =>
      problem === undefined
        ? log.info({ file }, 'changed webhook secrets are in use')
        : log.error(
            { file, because: problem instanceof Error ? problem.message : 'something unexpected' },
            'changed webhook secrets were refused; the old ones stay',
          ),
    nowMs: () => performance.now(),
  });
}

export function parseSecrets(
  text: string,
  { file, system }: { readonly file: string; readonly system: string },
): WebhookSecrets {
  const read = keySet.safeParse(jsonOf(text));
  if (!read.success) {
    const shape = `"oct" keys of ${SHORTEST_SECRET_BYTES} bytes or more, with "iss" and "aud"`;
    throw new Error(`${file} cannot be read as a JWKS of ${shape}`);
  }
  const { keys } = read.data;
  const secretsOf = (iss: string, aud: string): readonly Uint8Array[] =>
    keys.filter((key) => key.iss === iss && key.aud === aud).map(({ k }) => Buffer.from(k, 'base64url'));
  return {
    sendingTo: (receiver) => secretsOf(system, receiver),
    receivingFrom: (sender) => secretsOf(sender, system),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's sentence quotes the text, which holds secrets.
    return undefined;
  }
}
