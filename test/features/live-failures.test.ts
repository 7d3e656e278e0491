/**
 * What goes wrong with live updates is told to whom it concerns and to nobody else: the client of that operation, one
 * line in the log, the metrics.
 */

import { WebSocket } from 'ws';

import { eventually } from '../kit/eventually.ts';
import { behaving, sendJson } from '../kit/fake-subgraph.ts';
import { newsAccounting, newsCrm, orderNews, type OrderNews } from '../kit/order-news.ts';
import { startGateway, type GatewaySetup, type TestGateway } from '../kit/start-gateway.ts';

const QUERY = 'subscription { orderChanged { id customer { name } } }';

let gateway: TestGateway;
let news: OrderNews;
/** Until then it does not answer. */
let crmWaits: Promise<unknown> | undefined;

afterEach(() => gateway.stop());

async function start(config: GatewaySetup['config'] = {}): Promise<void> {
  news = orderNews();
  crmWaits = undefined;
  const crm = behaving(newsCrm, async (answer, response) => {
    await crmWaits;
    sendJson(response, await answer());
  });
  gateway = await startGateway({ subgraphs: [news.shop, crm, newsAccounting], config });
}

interface Opened {
  readonly socket: WebSocket;
  readonly messages: Record<string, unknown>[];
  readonly say: (message: object) => void;
  readonly subscribe: (id: string, query?: string) => void;
}

/** A client that names its operations itself. */
async function open(): Promise<Opened> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const messages: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString('utf8'))));
  await new Promise((resolve) => socket.once('open', resolve));
  const say = (message: object) => socket.send(JSON.stringify(message));
  say({ type: 'connection_init' });
  await eventually(() => messages.length === 1, 'the greeting');
  messages.length = 0;
  const subscribe = (id: string, query = QUERY) => say({ id, type: 'subscribe', payload: { query } });
  return { socket, messages, say, subscribe };
}

const hears = (count: number) => eventually(() => news.events.listening() === count, `${count} streams`);

test('an id that is used again is the new operation’s, also where the old one had all but ended by itself', async () => {
  await start();
  const client = await open();
  client.subscribe('1');
  await hears(1);
  const held = Promise.withResolvers<undefined>();
  crmWaits = held.promise;
  const calls = () => gateway.subgraphs.get('crm')!.received.length;
  news.events.publish('o1');
  await eventually(() => calls() === 1, 'the call for the first event');
  news.events.complete();
  await hears(0);
  // Whatever was sent before it has been heard.
  client.subscribe('2', '{ order(id: "o3") { id } }');
  await eventually(() => client.messages.some(({ type }) => type === 'complete'), 'the query');
  client.messages.length = 0;
  client.say({ id: '1', type: 'complete' });
  client.subscribe('1');
  await hears(1);
  crmWaits = undefined;
  held.resolve(undefined);
  news.events.publish('o2');
  await eventually(() => client.messages.length > 0, 'the event');
  const payload = { data: { orderChanged: { id: 'o2', customer: { name: 'Customer 2' } } } };
  expect(client.messages).toEqual([{ id: '1', type: 'next', payload }]);
  client.socket.terminate();
  await hears(0);
  const ends = () => gateway.logged().filter(({ msg }) => msg === 'subscription ended');
  await eventually(() => ends().length === 2, 'both ends');
  expect(ends().map(({ reason }) => reason)).toEqual(['left', 'left']);
});
