/**
 * The source that the options name: a file, an address or a folder. Knows each of them by its door alone.
 */

import type { Config } from '../config/options.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { createFileSource } from './file-source.ts';
import { createFolderSource } from './folder-source.ts';
import { followPublicKeys } from './public-keys.ts';
import { createRemoteAddress } from './remote-address.ts';
import type { SupergraphSource } from './source.ts';
import { UrlSource } from './url-source.ts';

/** Reads nothing but the public keys. Throws StartRefused where they cannot be used. */
export function createSource({ supergraph, subgraphs }: Config, log: Logger): SupergraphSource {
  const { file, url, folder, maxBytes, publicKeysFile, keepFile, polling, composition: limits } = supergraph;
  const keys = publicKeysFile === undefined ? undefined : followPublicKeys(publicKeysFile, log);
  if (url !== undefined) {
    const address = createRemoteAddress(url, supergraph);
    if (keys === undefined && url.startsWith('http:')) {
      log.warn({ url: address.name }, 'the supergraph comes in the clear and unsigned');
    }
    const { everyMs } = polling;
    return new UrlSource({ address, everyMs, keepFile, keys, random: Math.random, log });
  }
  if (folder !== undefined) {
    const addressOf = (name: string) => subgraphs.overrides[name]?.url;
    return createFolderSource({ folder, maxBytes, limits, addressOf });
  }
  // The options see to it that one of the three is given.
  return createFileSource({ file: file ?? '', maxBytes, keys });
}
