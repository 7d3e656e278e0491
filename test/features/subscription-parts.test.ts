/**
 * Live updates as parts of one HTTP answer, byte by byte (Apollo's multipart protocol for subscriptions), and as Apollo
 * Client takes them over its HttpLink, which asks for them so by itself.
 */

import {
  ApolloClient,
  CombinedGraphQLErrors,
  CombinedProtocolErrors,
  HttpLink,
  InMemoryCache,
} from '@apollo/client';
import { parse } from 'graphql';

import { eventually } from '../kit/eventually.ts';
import type { GatewaySetup } from '../kit/start-gateway.ts';
import { startNews, type NewsGateway } from '../kit/start-news.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';

const QUERY = 'subscription News { orderChanged { id } }';
const HEAD = '\r\ncontent-type: application/json; charset=utf-8\r\n\r\n';
const EVENT = `${HEAD}{"payload":{"data":{"orderChanged":{"id":"o1"}}}}\r\n--graphql`;
const BEAT = `${HEAD}{}\r\n--graphql`;

let issuer: TokenIssuer;
let news: NewsGateway;
beforeAll(async () => {
  issuer = await createTokenIssuer();
});
afterAll(() => issuer.stop());

async function start(config: GatewaySetup['config'] = {}): Promise<void> {
  news = await startNews(issuer, config);
}

interface Body {
  readonly type: string | null;
  /** All that has come so far. */
  readonly text: () => string;
  readonly end: Promise<void>;
}

async function ask(query = QUERY): Promise<Body> {
  const response = await fetch(`${news.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed;subscriptionSpec=1.0' },
    body: JSON.stringify({ query }),
  });
  let text = '';
  const read = async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  };
  return { type: response.headers.get('content-type'), text: () => text, end: read() };
}

describe('byte by byte', () => {
  test('each event is a part, and the end of the source is the end of the body', async () => {
    await start();
    const { type, text, end } = await ask();
    await news.hears(1);
    news.events.publish('o1');
    await eventually(() => text().endsWith(EVENT), 'an event');
    news.events.complete();
    await end;
    await news.gateway.stop();
    expect(type).toBe('multipart/mixed;boundary="graphql";subscriptionSpec=1.0');
    expect(text()).toBe(`\r\n--graphql${EVENT}--\r\n`);
  });

  test('while nothing happens there are signs of life', async () => {
    await start({ subscriptions: { keepAliveMs: 50 } });
    const { text } = await ask();
    await eventually(() => text().startsWith(`\r\n--graphql${BEAT}${BEAT}`), 'two of them');
    await news.gateway.stop();
  });

  test('what is refused is an answer, and what ends a running subscription is none', async () => {
    await start({ subscriptions: { reopenForMs: 0 } });
    const refused = await ask('subscription { secretChanged { id } }');
    await refused.end;
    const running = await ask();
    await news.hears(1);
    news.events.cutAll();
    await running.end;
    await news.gateway.stop();
    const [, refusal] = refused.text().split(HEAD);
    expect(refusal).toMatch(/^\{"payload":\{"errors":\[\{.*"FORBIDDEN_FIELD".*\}\]\}\}\r\n--graphql--\r\n$/);
    const [, ending] = running.text().split(HEAD);
    expect(ending).toMatch(
      /^\{"payload":null,"errors":\[\{.*"SUBGRAPH_UNAVAILABLE".*\}\]\}\r\n--graphql--\r\n$/,
    );
  });

  test('a gateway that stops says that it does', async () => {
    await start();
    const { text, end } = await ask();
    await news.hears(1);
    await news.gateway.stop();
    await end;
    expect(text()).toMatch(
      /^\r\n--graphql\r\n.*\r\n\r\n\{"payload":null,"errors":\[\{.*"NOT_READY".*\}\]\}\r\n--graphql--\r\n$/,
    );
  });
});

describe('Apollo Client over its HttpLink', () => {
  let told: unknown[] = [];
  let errors: unknown[] = [];
  const subscribe = (query: string, useGETForQueries = false) => {
    told = [];
    errors = [];
    const link = new HttpLink({ uri: `${news.gateway.url}/graphql`, useGETForQueries });
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    return client.subscribe({ query: parse(query) }).subscribe({
      next({ data, error }) {
        if (error === undefined) told.push(data);
        else errors.push(error);
      },
      error: (error) => void errors.push(error),
    });
  };

  test.each([
    ['POST', false],
    ['GET', true],
  ])('gets events by %s, and hangs up', async (_method, useGETForQueries) => {
    await start();
    const running = subscribe(QUERY, useGETForQueries);
    await news.hears(1);
    for (const id of ['o1', 'o2']) {
      news.events.publish(id);
      await eventually(() => told.length === Number(id.slice(1)), id);
    }
    running.unsubscribe();
    await news.hears(0);
    await news.gateway.stop();
    const order = (id: string) => ({ orderChanged: { __typename: 'Order', id } });
    expect([told, errors]).toEqual([[order('o1'), order('o2')], []]);
  });

  test('tells a refusal by its code', async () => {
    await start();
    subscribe('subscription { secretChanged { id } }');
    await eventually(() => errors.length > 0, 'the refusal');
    await news.gateway.stop();
    expect(errors.map((error) => CombinedGraphQLErrors.is(error) && error.errors)).toMatchObject([
      [{ extensions: { code: 'FORBIDDEN_FIELD' } }],
    ]);
  });

  test('tells the end of a running subscription as one of the protocol', async () => {
    await start({ subscriptions: { reopenForMs: 0 } });
    subscribe(QUERY);
    await news.hears(1);
    news.events.cutAll();
    await eventually(() => errors.length > 0, 'the end');
    await news.gateway.stop();
    expect(errors.map((error) => CombinedProtocolErrors.is(error) && error.errors)).toMatchObject([
      [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', retryable: true } }],
    ]);
  });

  test('learns that the gateway has gone', async () => {
    await start();
    subscribe(QUERY);
    await news.hears(1);
    await news.gateway.stop();
    await eventually(() => errors.length > 0, 'an error');
    const extensions = { code: 'NOT_READY', retryable: true, retryAfterMs: expect.any(Number) };
    expect(errors.map((error) => CombinedProtocolErrors.is(error) && error.errors)).toMatchObject([
      [{ extensions }],
    ]);
  });
});
