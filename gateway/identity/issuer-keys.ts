/**
 * The public keys of a token issuer, from a file that may change while the gateway runs or from an address.
 * Knows what the config says of an issuer; does not know what the keys are used for.
 */

import { readFileSync } from 'node:fs';

import { errors, type JWTVerifyGetKey } from 'jose';

import { followFiles } from '../../schema/contract/follow-files.ts';
import { whyUnreadable } from '../../schema/contract/why-unreadable.ts';
import { reasonsOf, StartRefused } from '../base/start-refused.ts';
import type { IssuerConfig } from '../config/options.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { fetchText } from './fetch-text.ts';
import { KeySetRefused, readKeySet } from './key-set.ts';
import { createRemoteKeys } from './remote-keys.ts';

/** Throws StartRefused where the file holds no usable key set; an address is asked only when keys are needed. */
export function issuerKeys(options: IssuerConfig, log: Logger): JWTVerifyGetKey {
  const { issuer, jwksFile, jwksUrl } = options;
  const nowMs = () => performance.now();
  const read = (text: string) => readKeySet(text, options, log);
  if (jwksUrl !== undefined) {
    return createRemoteKeys({ issuer, fetchKeys: () => fetchText(jwksUrl).then(read), nowMs, log });
  }
  if (jwksFile === undefined) throw new StartRefused([`The issuer ${issuer} has no keys.`]);
  return followKeyFile(jwksFile, { issuer, read, nowMs, log });
}

interface Following {
  readonly issuer: string;
  readonly read: (text: string) => JWTVerifyGetKey;
  readonly nowMs: () => number;
  readonly log: Logger;
}

function followKeyFile(file: string, following: Following): JWTVerifyGetKey {
  const { issuer, nowMs, log } = following;
  const followed = followFiles({
    files: [file],
    read: () => readKeyFile(file, following),
    onChange: (problem) =>
      problem === undefined
        ? log.info({ issuer, file }, 'changed keys of an issuer are in use')
        : log.error(
            { issuer, file, reasons: reasonsOf(problem) },
            'changed keys of an issuer refused; the old ones stay',
          ),
    nowMs,
  });
  return async (header, token) => {
    const keys = followed.current();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const latest = followed.latest();
      if (latest === keys) throw error;
      return latest(header, token);
    }
  };
}

function readKeyFile(file: string, { issuer, read }: Following): JWTVerifyGetKey {
  try {
    return read(readFileSync(file, 'utf8'));
  } catch (error) {
    const because = error instanceof KeySetRefused ? error.message : whyUnreadable(error);
    throw new StartRefused([`The key set ${file} of ${issuer} ${because}.`]);
  }
}
