/**
 * A running gateway over the subgraphs with news, and what tests do with it again and again. Knows no promise.
 */

import { eventually } from './eventually.ts';
import { orderNews, type OrderNews } from './order-news.ts';
import { startGateway, type GatewaySetup, type TestGateway } from './start-gateway.ts';
import type { TokenIssuer } from './token-issuer.ts';
import { SUBSCRIBES, type Subscribed } from './transports.ts';

export const NEWS_QUERY = 'subscription News { orderChanged { id margin customer { name email } } }';
export const NEWS_TRANSPORTS = Object.keys(SUBSCRIBES);

export interface NewsGateway extends OrderNews {
  readonly gateway: TestGateway;
  /** Until exactly so many streams of the shop are read. */
  hears(count: number): Promise<void>;
  /** Without a token it takes one that may see everything but secrets. */
  subscribe(
    transport: string,
    how?: { readonly token?: string; readonly query?: string },
  ): Promise<Subscribed>;
  /** The line in the log that says how the first subscription has ended. */
  endLine(): Promise<Record<string, unknown>>;
  metricsPage(): Promise<string>;
}

export async function startNews(
  issuer: TokenIssuer,
  config: GatewaySetup['config'] = {},
): Promise<NewsGateway> {
  const news = orderNews();
  const identity = { issuers: [{ ...issuer.config, clockToleranceS: 0 }] };
  const server = { shutdownGraceMs: 300, ...config.server };
  const gateway = await startGateway({ subgraphs: news.subgraphs, config: { identity, ...config, server } });
  return {
    ...news,
    gateway,
    hears: (count) => eventually(() => news.events.listening() === count, `${count} streams`),
    async subscribe(transport, { token, query = NEWS_QUERY } = {}) {
      const subscribe = SUBSCRIBES[transport];
      if (subscribe === undefined) throw new Error(`there is no transport ${transport}`);
      return subscribe(gateway.url, { query, token: token ?? (await issuer.token({ scope: 'costs:read' })) });
    },
    async endLine() {
      const line = () => gateway.logged().find(({ msg }) => msg === 'subscription ended');
      await eventually(() => line() !== undefined, 'the end');
      return line() ?? {};
    },
    metricsPage: async () => (await fetch(`${gateway.url}/metrics`)).text(),
  };
}
