/**
 * A worker, as a real process, whose news somebody else takes than it is meant for: a page of a proxy, a server that says
 * nothing, one that never ends. That is no receipt and no refusal.
 */

import { createServer, type ServerResponse } from 'node:http';

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { freshDatabase, type TestDatabase } from '../kit/company-databases.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import { prepareShopWorkers, type ShopWorkers } from '../kit/shop-workers.ts';
import { runAs } from '../kit/small-shop.ts';

const STRANGE: Readonly<Record<string, (response: ServerResponse) => void>> = {
  evt_page: (response) => response.end('<html>We are back soon.</html>'),
  evt_list: (response) => response.end('[]'),
  evt_nothing: (response) => response.writeHead(204).end(),
  evt_lost: (response) => response.writeHead(404).end('<html>Not found</html>'),
  evt_barred: (response) => response.writeHead(403).end('{"errors":[{}]}'),
  evt_endless: (response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  },
};
const EVENTS = Object.keys(STRANGE);

let shop: TestDatabase;
let workers: ShopWorkers;
/** The ids of what was told. */
const told: string[] = [];

beforeAll(async () => {
  shop = await freshDatabase('shop', 'empty');
  const receiver = createServer((request, response) => {
    const id = String(request.headers['webhook-id']);
    const answer = told.includes(id) ? undefined : STRANGE[id];
    if (request.method === 'POST') told.push(id);
    request.resume().on('end', () => (answer ?? adopt)(response));
  });
  workers = await prepareShopWorkers(receiver);
});

afterAll(async () => {
  await workers.kill();
  await workers.stop();
  await shop.drop();
});

function adopt(response: ServerResponse): void {
  response.end('{"outcome":"applied"}');
}

test('what nobody of the company has answered is told again, and is no dead letter', async () => {
  const worker = await workers.start(shop.worker);
  for (const id of EVENTS)
    await runAs(
      shop.runtime,
      `insert into outbox (event_id, type, entity, entity_id, version, data)
       values ('${id}', 'order.cancelled', 'Order', '${id}', 1, '{}')`,
    );
  const isTwice = (id: string) => told.filter((each) => each === id).length === 2;
  await isTrueWithin(() => Promise.resolve(EVENTS.every(isTwice)), PATIENCE_MS);
  expect(told.toSorted()).toEqual([...EVENTS, ...EVENTS].toSorted());
  const tried = worker.logged().filter(({ msg }) => msg === 'an event could not be delivered yet');
  expect(Object.fromEntries(tried.map(({ event, because }) => [event, because]))).toEqual({
    evt_page: '200 and no word of a receiver of ours',
    evt_list: '200 and no word of a receiver of ours',
    evt_nothing: '204 and no word of a receiver of ours',
    evt_lost: '404 and no word of a receiver of ours',
    evt_barred: '403 and no word of a receiver of ours',
    evt_endless: '200 and no word of a receiver of ours',
  });
  expect(await runAs(shop.worker, 'select from dead_letter')).toEqual([]);
});
