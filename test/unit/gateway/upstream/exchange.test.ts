/** Calls over real connections to a server that says exactly what a test wants, byte by byte. */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, expect, test } from '@jest/globals';

import { ExchangeFailure } from '../../../../gateway/upstream/exchange.ts';
import { callsTo, hangUp, listen, ok, told } from './bare-server.ts';

afterEach(hangUp);

test('a request is written as it must be, and its answer is the one on its connection', async () => {
  const { heard, url } = await listen((socket, { text }) => socket.write(ok(text.slice(-3))));
  const { call } = callsTo(url);
  expect(told(await call('{"ä":"€"}', { headers: { 'x-a': 'b' } }))).toBe('200 €"}');
  expect(heard.map(({ text }) => text)).toEqual([
    `POST /graphql?x=1 HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\naccept: text/x\r\nx-a: b\r\n` +
      'content-length: 12\r\n\r\n{"ä":"€"}',
  ]);
});

test.each(['a\r\nx-b: c', 'a\nb', 'a\0', 'ä', '\u{7f}'])('a header %j is not sent', async (value) => {
  const { heard, url } = await listen((socket) => socket.write(ok('1')));
  const { call } = callsTo(url);
  expect(told(await call('{}', { headers: { 'x-a': value } }))).toEqual({
    problem: 'broken',
    wasSent: false,
  });
  expect(heard).toEqual([]);
});

test('one connection serves one call after another', async () => {
  const { heard, url } = await listen((socket, _heard, nth) => socket.write(ok(String(nth))));
  const { call } = callsTo(url);
  for (const nth of [0, 1, 2]) expect(told(await call('{}'))).toBe(`200 ${String(nth)}`);
  expect(heard.map(({ connection }) => connection)).toEqual([0, 0, 0]);
});

test('there are no more connections than allowed, and who waits is served in turn', async () => {
  const { heard, sockets, url } = await listen((socket, { text }) => {
    setTimeout(() => socket.write(ok(text.slice(-1))), 5);
  });
  const { call } = callsTo(url, 2);
  const bodies = [...'abcdefgh'];
  const made = await Promise.all(bodies.map((body) => call(body)));
  expect(made.map(told)).toEqual(bodies.map((body) => `200 ${body}`));
  expect(sockets.length).toBe(2);
  expect(heard.map(({ text }) => text.slice(-1)).join('')).toBe('abcdefgh');
});

test.each([
  ['says so', ok('1', 'connection: close\r\n'), false],
  ['speaks HTTP/1.0', ok('1').replace('1.1', '1.0'), false],
  ['gives it no time', ok('1', 'keep-alive: timeout=2\r\n'), false],
  ['says more than it was asked for', `${ok('1')}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`, false],
  ['ends the answer by its end', 'HTTP/1.1 200 OK\r\n\r\n1', true],
])('a connection is not used again where the other side %s', async (_why, answer, ends) => {
  const { heard, url } = await listen((socket, _heard, nth) => {
    if (nth > 0) socket.write(ok('2'));
    else if (ends) socket.end(answer);
    else socket.write(answer);
  });
  const { call } = callsTo(url);
  expect([told(await call('{}')), told(await call('{}'))]).toEqual(['200 1', '200 2']);
  expect(heard.map(({ connection }) => connection)).toEqual([0, 1]);
});

test('what comes unasked is nobody’s answer', async () => {
  const { heard, sockets, url } = await listen((socket, _heard, nth) => socket.write(ok(String(nth))));
  const { call } = callsTo(url);
  await call('{}');
  sockets[0]?.write(ok('evil'));
  await pause(20);
  expect(told(await call('{}'))).toBe('200 1');
  expect(heard.map(({ connection }) => connection)).toEqual([0, 1]);
});

test('connections that ended while they rested cost no call', async () => {
  const { sockets, url } = await listen((socket, _heard, nth) => socket.write(ok(String(nth))));
  const { call } = callsTo(url);
  await Promise.all([call('{}'), call('{}'), call('{}')]);
  for (const socket of sockets) socket.resetAndDestroy();
  await pause(10);
  const made = await Promise.all([call('{}'), call('{}')]);
  expect(made.map(told).sort()).toEqual(['200 3', '200 4']);
});

test('a connection that has rested too long is closed', async () => {
  const { sockets, url } = await listen((socket) => socket.write(ok('1', 'keep-alive: timeout=3\r\n')));
  const { call } = callsTo(url);
  await call('{}');
  const [socket] = sockets;
  if (socket === undefined) throw new Error('nobody came');
  const startedAt = performance.now();
  await once(socket, 'end');
  expect(performance.now() - startedAt).toBeGreaterThan(900);
});

test.each([
  ['is cut off', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n1234'],
  ['is cut off in its chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n1234\r\n'],
  ['is cut off in its head', 'HTTP/1.1 200 OK\r\ncontent-'],
  ['does not come', ''],
  ['is none', 'hello\r\n\r\n'],
])('an answer that %s is a failure after the request was sent', async (_what, answer) => {
  const { url } = await listen((socket) => socket.end(answer));
  const { call } = callsTo(url);
  expect(told(await call('{}'))).toEqual({ problem: 'broken', wasSent: true });
});

test('an answer that ends by a reset is not taken for whole', async () => {
  const { url } = await listen((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n{"data"');
    setTimeout(() => socket.resetAndDestroy(), 20);
  });
  const { call } = callsTo(url);
  expect(told(await call('{}'))).toEqual({ problem: 'broken', wasSent: true });
});

test('nothing was sent to whom nobody could connect, and all who wait hear of it', async () => {
  const { server, url } = await listen(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  const { call } = callsTo(url, 2);
  const made = await Promise.all([call('1'), call('2'), call('3')]);
  expect(made.map(told)).toEqual(made.map(() => ({ problem: 'broken', wasSent: false })));
});

test('a server that hangs up on everyone is a failure, not a loop', async () => {
  const { server, url } = await listen(() => undefined);
  server.on('connection', (socket) => socket.destroy());
  const { call } = callsTo(url);
  expect(told(await call('{}'))).toMatchObject({ problem: 'broken' });
});

test('what an answer without a body brings after all is nobody’s answer', async () => {
  const { heard, url } = await listen((socket, _heard, nth) => {
    if (nth === 0) socket.write('HTTP/1.1 204 No Content\r\ncontent-length: 42\r\n\r\n');
    else socket.write(ok('2'));
  });
  const { call } = callsTo(url);
  expect([told(await call('{}')), told(await call('{}'))]).toEqual(['204 ', '200 2']);
  expect(heard.map(({ connection }) => connection)).toEqual([0, 1]);
});

test.each([
  ['ends', (socket: Socket) => socket.end()],
  ['is reset', (socket: Socket) => socket.resetAndDestroy()],
])('a connection that %s right behind an answer costs no call', async (_how, end) => {
  const { url } = await listen((socket, _heard, nth) => {
    socket.write(ok(String(nth)));
    end(socket);
  });
  const { call } = callsTo(url);
  for (const nth of [0, 1, 2, 3]) expect(told(await call('{}'))).toBe(`200 ${String(nth)}`);
});

test('what came while the process was busy is seen before a connection is used again', async () => {
  const { heard, sockets, url } = await listen((socket, _heard, nth) => socket.write(ok(String(nth))));
  const { call } = callsTo(url);
  await call('{}');
  sockets[0]?.write(ok('evil'));
  expect(told(await call('{}'))).toBe('200 1');
  expect(heard.map(({ connection }) => connection)).toEqual([0, 1]);
});

test('a request that was answered before it was read whole is the last of its connection', async () => {
  const { server, sockets, url } = await listen(() => undefined);
  server.on('connection', (socket: Socket) => {
    socket.removeAllListeners('data').pause();
    socket.once('readable', () => socket.write(ok('early')));
  });
  const { call } = callsTo(url, 1);
  expect(told(await call('x'.repeat(20_000_000)))).toBe('200 early');
  expect(told(await call('{}'))).toBe('200 early');
  expect(sockets.length).toBe(2);
});

test('who is late or gone is answered at once, and what comes for it is nobody else’s', async () => {
  const { heard, url } = await listen((socket, { text }) => {
    if (text.endsWith('slow')) setTimeout(() => socket.write(ok('slow')), 60);
    else socket.write(ok(text.slice(-4)));
  });
  const { call } = callsTo(url, 1);
  expect(told(await call('slow', { timeoutMs: 20 }))).toEqual({ problem: 'late', wasSent: true });
  expect(told(await call('next'))).toBe('200 next');
  const gone = new AbortController();
  setTimeout(() => gone.abort(), 20);
  expect(told(await call('slow', { signal: gone.signal }))).toEqual({ problem: 'abandoned', wasSent: true });
  expect(told(await call('last'))).toBe('200 last');
  expect(told(await call('none', { signal: gone.signal }))).toEqual({ problem: 'abandoned', wasSent: false });
  expect(heard.map(({ connection }) => connection)).toEqual([0, 1, 1, 2]);
});

test('who is late while it waits for a connection has sent nothing', async () => {
  const { heard, url } = await listen((socket) => setTimeout(() => socket.write(ok('1')), 80));
  const { call } = callsTo(url, 1);
  const made = await Promise.all([call('1'), call('2', { timeoutMs: 20 }), call('3')]);
  expect(made.map(told)).toEqual(['200 1', { problem: 'late', wasSent: false }, '200 1']);
  expect(heard.map(({ text }) => text.slice(-1))).toEqual(['1', '3']);
});

test('an answer that is too large is given up as soon as that is known', async () => {
  const { url } = await listen((socket, { text }) =>
    socket.write(
      text.endsWith('told')
        ? 'HTTP/1.1 200 OK\r\ncontent-length: 10001\r\n\r\n'
        : `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(10_001)}`,
    ),
  );
  const { call } = callsTo(url);
  expect(told(await call('told'))).toEqual({ problem: 'large', wasSent: true });
  expect(told(await call('sent'))).toEqual({ problem: 'large', wasSent: true });
});

test('closing waits for who has asked', async () => {
  const { sockets, url } = await listen((socket, { text }) => {
    setTimeout(() => socket.write(ok(text.slice(-1))), 30);
  });
  const { connections, call } = callsTo(url, 1);
  await call('0');
  const order: string[] = [];
  const asked = ['1', '2'].map((body) =>
    call(body).then((made) =>
      order.push(made instanceof ExchangeFailure ? made.problem : made.body.toString()),
    ),
  );
  const closed = connections.close().then(() => order.push('closed'));
  await Promise.all([...asked, closed]);
  expect(order).toEqual(['1', '2', 'closed']);
  await pause(10);
  expect(sockets.every(({ destroyed, readableEnded }) => destroyed || readableEnded)).toBe(true);
});

test('closing ends although nobody can be connected to', async () => {
  const { server, url } = await listen(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  const { connections, call } = callsTo(url);
  const made = call('{}');
  await connections.close();
  expect(told(await made)).toEqual({ problem: 'broken', wasSent: false });
});

test('closing waits for whose connection is lost before it was used', async () => {
  const { sockets, url } = await listen((socket, _heard, nth) => socket.write(ok(String(nth))));
  const { connections, call } = callsTo(url);
  await call('{}');
  sockets[0]?.resetAndDestroy();
  const order: string[] = [];
  const made = call('{}').then(() => order.push('answered'));
  await connections.close();
  order.push('closed');
  await made;
  expect(order).toEqual(['answered', 'closed']);
});

test('closing does not wait for a connection that nobody wants any more', async () => {
  const { connections, call } = callsTo(new URL('http://127.0.0.1/'), 1, () => undefined);
  const gone = new AbortController();
  const made = call('{}', { signal: gone.signal });
  const closed = connections.close();
  gone.abort();
  await closed;
  expect(told(await made)).toEqual({ problem: 'abandoned', wasSent: false });
});

test('many calls at once, in pieces of any size, each get their own answer', async () => {
  const { url } = await listen((socket, { text }) => {
    const answer = Buffer.from(ok(/\r\n\r\n(.*)$/s.exec(text)?.[1] ?? ''));
    const cut = answer.length % 37;
    socket.write(answer.subarray(0, cut));
    setImmediate(() => socket.write(answer.subarray(cut)));
  });
  const { call } = callsTo(url, 7);
  const bodies = Array.from({ length: 300 }, (_, i) => `${String(i)} ${'ü'.repeat((i * 31) % 3_000)}`);
  const made = await Promise.all(bodies.map((body) => call(body)));
  expect(made.map(told)).toEqual(bodies.map((body) => `200 ${body}`));
});
