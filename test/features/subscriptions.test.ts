import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { orderNews } from '../kit/order-news.ts';
import { startGateway } from '../kit/start-gateway.ts';

test('first light', async () => {
  const news = orderNews();
  const gateway = await startGateway({ subgraphs: news.subgraphs });
  const client = createClient({
    url: gateway.url.replace('http', 'ws') + '/graphql',
    webSocketImpl: WebSocket,
  });
  const events = client.iterate({
    query: 'subscription { orderChanged { id total billing customer { name } } }',
  });
  const first = events.next();
  for (let i = 0; i < 200 && news.events.listening() === 0; i += 1)
    await new Promise((r) => setTimeout(r, 10));
  news.events.publish('o1');
  console.log(JSON.stringify(await first), gateway.logged().slice(-3));
  await events.return?.();
  for (let i = 0; i < 200 && news.events.listening() > 0; i += 1) await new Promise((r) => setTimeout(r, 10));
  console.log(news.events.listening());
  await client.dispose();
  await gateway.stop();
});
