/**
 * The gateway's own TLS: the server that the web framework is given where the config asks for one, and what the log
 * says of it. Knows no request.
 */

import {
  serveTls,
  tlsProblemOf,
  type TlsNews,
  type TlsServerFactory,
} from '../../schema/contract/serve-tls.ts';
import { StartRefused } from '../base/start-refused.ts';
import { unreachable } from '../base/unreachable.ts';
import type { Config } from '../config/options.ts';
import type { Logger } from '../telemetry/create-logger.ts';

/** Undefined where the gateway speaks plain HTTP. Throws StartRefused. */
export function tlsServerFactory(tls: Config['server']['tls'], log: Logger): TlsServerFactory | undefined {
  if (tls === undefined) return undefined;
  try {
    return serveTls(tls, (news) => logNews(news, log));
  } catch (error) {
    throw new StartRefused([`server.tls: the files cannot be used (${tlsProblemOf(error)}).`]);
  }
}

function logNews(news: TlsNews, log: Logger): void {
  switch (news.kind) {
    case 'certificates taken over':
      log.info('changed certificates are in use');
      break;
    case 'certificates refused':
      log.error({ because: news.because }, 'changed certificates refused; the old ones stay');
      break;
    case 'connection refused':
      log.warn({ because: news.because }, 'TLS connection refused');
      break;
    default:
      unreachable(news);
  }
}
