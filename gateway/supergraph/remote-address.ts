/**
 * The address of the config, ready to be asked: to which host alone connections are made, by which authorities it is
 * verified, which token is sent along. Each question has connections of its own, so that new certificates and tokens
 * hold at once. Knows nothing of what is answered.
 */

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

import { Agent, buildConnector } from 'undici';

import { hostOf } from '../base/host-of.ts';
import type { Config } from '../config/options.ts';
import { askAddress, type Answer } from './ask-address.ts';
import { AddressRefused, guardedLookup } from './guarded-lookup.ts';
import { SupergraphRefused } from './supergraph-refused.ts';

export interface RemoteAddress {
  /** For people and logs: without the query, which may hold a secret. */
  readonly name: string;
  /** `suffix` follows the path. Rejects with SupergraphRefused. */
  readonly ask: (
    suffix: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<Answer>;
}

type Options = Pick<Config['supergraph'], 'allowedHosts' | 'polling' | 'maxBytes'>;

export function createRemoteAddress(url: string, options: Options): RemoteAddress {
  const { origin, pathname, search } = new URL(url);
  const name = origin + pathname;
  const { polling, maxBytes } = options;
  return {
    name,
    async ask(suffix, headers, signal) {
      const dispatcher = createAgent(name, options);
      try {
        return await askAddress({
          url: `${origin}${pathname}${suffix}${search}`,
          name,
          dispatcher,
          maxBytes,
          headers: { ...headers, ...authorizationOf(name, polling) },
          signal: AbortSignal.any([signal, AbortSignal.timeout(polling.timeoutMs)]),
        });
      } finally {
        await dispatcher.destroy();
      }
    },
  };
}

/** Its connections go to listed hosts alone, whoever asks for another. */
function createAgent(name: string, { allowedHosts, polling }: Options): Agent {
  const allowed = new Set(allowedHosts.map((host) => hostOf(`http://${host}`)));
  const { caFile, timeoutMs } = polling;
  const ca = caFile === undefined ? {} : { ca: readOwnFile(name, caFile) };
  const connect = buildConnector({
    ...ca,
    lookup: guardedLookup(),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    allowH2: false,
    timeout: timeoutMs,
  });
  return new Agent({
    connect(options, callback) {
      const { protocol, hostname, port } = options;
      const host = hostOf(`${protocol}//${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`);
      if (allowed.has(host)) connect(options, callback);
      else callback(new AddressRefused('HOST_NOT_LISTED', 'the host is not listed'), null);
    },
  });
}

function authorizationOf(name: string, { token, tokenFile }: Options['polling']): Record<string, string> {
  const sent = tokenFile === undefined ? token : readOwnFile(name, tokenFile).trim();
  if (sent === undefined) return {};
  if (/^[\x21-\x7e]+$/.test(sent)) return { authorization: `Bearer ${sent}` };
  throw unusable(name, tokenFile);
}

function readOwnFile(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw unusable(name, file);
  }
}

function unusable(name: string, file = ''): SupergraphRefused {
  return new SupergraphRefused('unreachable', [
    `The supergraph ${name} cannot be fetched: ${file} cannot be read or used.`,
  ]);
}
