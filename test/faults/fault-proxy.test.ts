/**
 * Each kind of fault, shown between a plain client and a plain server, so that a run that survives them has met them.
 * Knows nothing of GraphQL.
 */

import * as http from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { afterEach, expect, test } from '@jest/globals';
import pg from 'pg';

import type { Fault } from '../../tools/faults/fault.ts';
import { startFaultProxy, type FaultProxy } from '../../tools/faults/fault-proxy.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';
import { freshDatabase } from '../kit/company-databases.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const ANSWER = JSON.stringify({ data: { greeting: 'good morning' } });
const REQUEST = `POST / HTTP/1.1\r\nhost: plain\r\ncontent-length: 5\r\n\r\nhello`;
const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

test('without a fault every byte arrives both ways', async () => {
  const { proxy, ask, effects } = await behindProxy({ kind: 'none' });
  expect(await ask('one')).toBe(ANSWER);
  expect(effects).toEqual(['one']);
  expect(proxy.struck()).toEqual({});
});

test('refuse resets the connection and then lets nobody connect until its time is over', async () => {
  const { proxy, ask, effects } = await behindProxy({ kind: 'refuse', forMs: 60_000 });
  expect(await ask('one')).toBe('ECONNRESET');
  expect(await ask('two')).toBe('ECONNREFUSED');
  proxy.calm();
  expect(await isTrueWithin(async () => (await ask('three')) === ANSWER, PATIENCE_MS)).toBe(true);
  expect({ effects, struck: proxy.struck() }).toEqual({ effects: ['three'], struck: { refuse: 1 } });
});

test('slowAccept lets a connection wait that others overtake', async () => {
  const { proxy, ask, effects } = await behindProxy({ kind: 'slowAccept', forMs: 300 });
  const slow = ask('slow');
  expect(await ask('fast')).toBe(ANSWER);
  expect(effects).toEqual(['fast']);
  expect(await slow).toBe(ANSWER);
  expect({ effects, struck: proxy.struck() }).toEqual({
    effects: ['fast', 'slow'],
    struck: { slowAccept: 1 },
  });
});

test('reset lets so many bytes of the answer through and no more', async () => {
  const { proxy, port, effects } = await behindProxy({
    kind: 'reset',
    exchange: 0,
    direction: 'answer',
    afterBytes: 20,
  });
  expect(await talk(port, REQUEST)).toEqual({ received: 'HTTP/1.1 200 OK\r\ncon', end: 'ECONNRESET' });
  expect({ effects, struck: proxy.struck() }).toEqual({ effects: ['hello'], struck: { reset: 1 } });
});

test('a request that is reset half-way has no effect', async () => {
  const half = REQUEST.length - 2;
  const { ask, effects, port } = await behindProxy({
    kind: 'reset',
    exchange: 0,
    direction: 'request',
    afterBytes: half,
  });
  expect(await talk(port, REQUEST)).toEqual({ received: '', end: 'ECONNRESET' });
  expect(await ask('later')).toBe(ANSWER);
  expect(effects).toEqual(['later']);
});

test('a connection that stalls stays open and gives nothing more', async () => {
  const { proxy, port } = await behindProxy({
    kind: 'stall',
    exchange: 0,
    direction: 'answer',
    afterBytes: 15,
  });
  const socket = connect(port, '127.0.0.1');
  socket.write(REQUEST);
  const heard = listen(socket);
  expect(await isTrueWithin(async () => proxy.struck().stall === 1, PATIENCE_MS)).toBe(true);
  expect(socket.closed).toBe(false);
  proxy.calm();
  expect(await heard).toEqual({ received: 'HTTP/1.1 200 OK', end: 'ECONNRESET' });
});

test('drip gives the whole answer, a byte at a time', async () => {
  const { proxy, port } = await behindProxy({
    kind: 'drip',
    exchange: 0,
    direction: 'answer',
    afterBytes: 0,
    betweenBytesMs: 2,
  });
  const socket = connect(port, '127.0.0.1');
  const sizes: number[] = [];
  socket.on('data', (chunk) => sizes.push(chunk.length));
  socket.write(REQUEST.replace('host', 'connection: close\r\nhost'));
  const { received, end } = await listen(socket);
  expect({ ends: received.endsWith(ANSWER), end, struck: proxy.struck() }).toEqual({
    ends: true,
    end: 'end',
    struck: { drip: 1 },
  });
  expect(sizes.length).toBeGreaterThan(received.length / 10);
});

test('truncate gives an answer that is whole as HTTP and broken as JSON', async () => {
  const { proxy, ask } = await behindProxy({ kind: 'truncate', exchange: 0, afterBytes: 17 });
  expect(await ask('one')).toBe(ANSWER.slice(0, 17));
  expect(proxy.struck()).toEqual({ truncate: 1 });
});

test('cutAnswer lets the request take effect and answers with a reset, at the exchange that is named', async () => {
  const { proxy, ask, effects } = await behindProxy({ kind: 'cutAnswer', exchange: 1 });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  expect(await ask('one', agent)).toBe(ANSWER);
  expect(await ask('two', agent)).toBe('ECONNRESET');
  expect(await ask('three', agent)).toBe(ANSWER);
  expect({ effects, struck: proxy.struck() }).toEqual({
    effects: ['one', 'two', 'three'],
    struck: { cutAnswer: 1 },
  });
});

test('a fault that waits for a text strikes the request that holds it', async () => {
  const { ask, effects } = await behindProxy({ kind: 'cutAnswer', exchange: 0, whenAsked: 'tw' });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  expect(await ask('one', agent)).toBe(ANSWER);
  expect(await ask('two', agent)).toBe('ECONNRESET');
  expect(effects).toEqual(['one', 'two']);
});

test.each(['first', 'second'] as const)(
  'duplicate makes a request arrive twice (%s), and its sender hears one answer',
  async (twin) => {
    const { proxy, ask, effects } = await behindProxy({ kind: 'duplicate', exchange: 1, twin });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    expect(await ask('one', agent)).toBe(ANSWER);
    expect(await ask('two', agent)).toBe(ANSWER);
    expect(await ask('three', agent)).toBe(ANSWER);
    expect(await isTrueWithin(async () => effects.length === 4, PATIENCE_MS)).toBe(true);
    expect([...effects].sort()).toEqual(['one', 'three', 'two', 'two']);
    expect(proxy.struck()).toEqual({ duplicate: 1 });
  },
);

test('a commit whose answer is cut has taken effect, and its client does not know', async () => {
  const database = await freshDatabase('crm', 'empty');
  stops.push(database.drop);
  const { hostname: host, port } = new URL(database.owner);
  const proxy = await startFaultProxy({ host, port: Number(port) }, () => ({
    kind: 'cutAnswer',
    exchange: 0,
    whenAsked: 'commit',
  }));
  stops.push(proxy.stop);
  const through = new URL(database.owner);
  through.port = String(proxy.port);
  const client = new pg.Client({ connectionString: through.href });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  await client.query("insert into employee values ('e', 'ada', 'Ada', 'ada@example.com', 'Engineer')");
  await expect(client.query('commit')).rejects.toThrow();
  const witness = new pg.Client({ connectionString: database.owner });
  await witness.connect();
  stops.push(() => witness.end());
  expect((await witness.query('select login from employee')).rows).toEqual([{ login: 'ada' }]);
});

interface Behind {
  readonly proxy: FaultProxy;
  readonly port: number;
  /** The bodies that have arrived, in this order. */
  readonly effects: readonly string[];
  /** The answer's text, or the code of what broke the connection. */
  readonly ask: (body: string, agent?: http.Agent) => Promise<string>;
}

/** The fault befalls the first connection alone. */
async function behindProxy(fault: Fault): Promise<Behind> {
  const effects: string[] = [];
  const server = http.createServer((request, response) => {
    text(request).then(
      (body) => {
        effects.push(body);
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
        response.end(ANSWER);
      },
      // Who hangs up before the end of a request has no effect.
      () => undefined,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  // Reason for the cast: a server that listens on TCP has such an address.
  const { port: target } = server.address() as AddressInfo;
  const proxy = await startFaultProxy({ host: '127.0.0.1', port: target }, (connection) =>
    connection === 0 ? fault : { kind: 'none' },
  );
  stops.push(proxy.stop);
  return { proxy, port: proxy.port, effects, ask: (body, agent) => post(proxy.port, body, agent) };
}

function post(port: number, body: string, agent = new http.Agent()): Promise<string> {
  return new Promise((resolve) => {
    const broken = (problem: NodeJS.ErrnoException) => resolve(problem.code ?? problem.message);
    http
      .request({ port, host: '127.0.0.1', method: 'POST', agent }, (response) => {
        text(response).then(resolve, broken);
      })
      .on('error', broken)
      .end(body);
  });
}

async function talk(port: number, sent: string): Promise<{ received: string; end: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.write(sent);
  return listen(socket);
}

/** All that comes until the connection ends, and how it ends. */
function listen(socket: Socket): Promise<{ received: string; end: string }> {
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  return new Promise((resolve) => {
    socket.on('end', () => resolve({ received, end: 'end' }));
    socket.on('error', (problem: NodeJS.ErrnoException) => resolve({ received, end: problem.code ?? '' }));
  });
}
