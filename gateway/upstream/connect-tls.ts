/**
 * How connections to one subgraph are made where it has TLS of its own: which authorities vouch for it, by which
 * certificate the gateway shows itself, and new files for new connections. Knows no HTTP.
 */

import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

import { buildConnector } from 'undici';

import { followFiles } from '../../schema/contract/follow-files.ts';
import { readAuthorities } from '../../schema/contract/read-authorities.ts';
import { tlsProblemOf } from '../../schema/contract/serve-tls.ts';
import { reasonsOf, StartRefused } from '../base/start-refused.ts';
import type { SubgraphTls } from '../config/subgraph-options.ts';
import type { Logger } from '../telemetry/create-logger.ts';

/** Throws StartRefused where the files cannot be used. */
export function createTlsConnector(
  tls: SubgraphTls,
  subgraph: string,
  log: Logger,
): buildConnector.connector {
  const { caFile, certFile, keyFile } = tls;
  const files = [caFile, certFile, keyFile].filter((file) => file !== undefined);
  const followed = followFiles({
    files,
    read: () => readConnector(tls, subgraph),
    onChange: (problem) =>
      problem === undefined
        ? log.info({ subgraph, files }, 'changed certificates are in use')
        : log.error(
            { subgraph, files, reasons: reasonsOf(problem) },
            'changed certificates refused; the old ones stay',
          ),
    nowMs: () => performance.now(),
  });
  return (options, callback) => followed.current()(options, callback);
}

function readConnector(
  { caFile, certFile, keyFile, serverName }: SubgraphTls,
  subgraph: string,
): buildConnector.connector {
  try {
    const context = {
      ...(caFile === undefined ? {} : { ca: readAuthorities(caFile) }),
      ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
      ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
    };
    createSecureContext(context);
    const servername = serverName === undefined ? {} : { servername: serverName };
    return buildConnector({ ...context, ...servername, minVersion: 'TLSv1.2', allowH2: false });
  } catch (error) {
    const because = tlsProblemOf(error);
    throw new StartRefused([`subgraphs.overrides.${subgraph}.tls: the files cannot be used (${because}).`]);
  }
}
