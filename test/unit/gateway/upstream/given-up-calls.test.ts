/** What becomes of connections whose calls are given up before anything was sent over them. */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, expect, test } from '@jest/globals';
import { buildConnector } from 'undici';

import { callsTo, hangUp, listen, ok, told } from './bare-server.ts';

afterEach(hangUp);

test('who gives up before anything is sent leaves the connection to others', async () => {
  const { heard, url } = await listen((socket, { text }) => socket.write(ok(text.slice(-1))));
  const { call } = callsTo(url, 1);
  await call('0');
  const gone = new AbortController();
  const givenUp = call('1', { signal: gone.signal });
  const waits = call('2');
  gone.abort();
  expect([told(await givenUp), told(await waits), told(await call('3'))]).toEqual([
    { problem: 'abandoned', wasSent: false },
    '200 2',
    '200 3',
  ]);
  expect(heard.map(({ text, connection }) => `${String(connection)} ${text.slice(-1)}`)).toEqual([
    '0 0',
    '0 2',
    '0 3',
  ]);
});

test('giving up does not let a connection rest longer than it may', async () => {
  const { heard, url } = await listen((socket) => socket.write(ok('1', 'keep-alive: timeout=3\r\n')));
  const { call } = callsTo(url);
  await call('0');
  const startedAt = performance.now();
  while (performance.now() - startedAt < 1_050) {
    const gone = new AbortController();
    const givenUp = call('1', { signal: gone.signal });
    gone.abort();
    await givenUp;
    await pause(20);
  }
  expect(told(await call('2'))).toBe('200 1');
  expect(heard.map(({ connection }) => connection)).toEqual([0, 1]);
});

test.each([
  ['ends', (socket: Socket) => socket.end()],
  ['is reset', (socket: Socket) => socket.resetAndDestroy()],
  ['is answered on', (socket: Socket) => socket.write(ok('evil'))],
])('a connection that nobody has used yet and that %s costs no call', async (_how, spoil) => {
  const { heard, sockets, server, url } = await listen((socket) => socket.write(ok('1')));
  const { call } = callsTo(url, 1);
  const gone = new AbortController();
  const givenUp = call('0', { signal: gone.signal });
  gone.abort();
  await givenUp;
  if (sockets.length === 0) await once(server, 'connection');
  await pause(10);
  const [first] = sockets;
  if (first === undefined) throw new Error('nobody came');
  spoil(first);
  expect(told(await call('1'))).toBe('200 1');
  expect(heard.map(({ connection }) => connection)).toEqual([1]);
});

test('nobody waits long for a connection that another could not get', async () => {
  const { url } = await listen((socket) => socket.write(ok('1')));
  const connect = buildConnector({});
  let failFirst: (() => void) | undefined;
  const { call } = callsTo(url, 2, (options, callback) => {
    if (failFirst !== undefined) connect(options, callback);
    else failFirst = () => callback(new Error('timed out'), null);
  });
  expect(told(await call('0', { timeoutMs: 10 }))).toEqual({ problem: 'late', wasSent: false });
  await pause(1_000);
  const made = call('1');
  failFirst?.();
  expect(told(await made)).toBe('200 1');
});

test('beside a connection that nobody gets, a refusal is told at once and not tried for ever', async () => {
  const { url } = await listen((socket) => socket.write(ok('1')));
  let attempts = 0;
  const { call } = callsTo(url, 4, (_options, callback) => {
    attempts += 1;
    if (attempts > 1) setImmediate(() => callback(new Error('refused'), null));
  });
  expect(told(await call('0', { timeoutMs: 10 }))).toEqual({ problem: 'late', wasSent: false });
  await pause(1_000);
  const startedAt = performance.now();
  expect(told(await call('1', { timeoutMs: 2_000 }))).toEqual({ problem: 'broken', wasSent: false });
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(attempts).toBe(2);
});
