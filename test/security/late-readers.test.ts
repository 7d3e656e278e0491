/**
 * A client that sends all of what it has before it reads is told why it was refused, and not cut off.
 */

import { connect } from 'node:net';

import { crm } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';

const MEBIBYTE = 1024 * 1024;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ subgraphs: [crm] });
});
afterAll(() => gateway.stop());

/** All that comes, once everything has been sent. */
async function answerTo(head: readonly string[], body: Buffer): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.pause();
  const closed = new Promise((resolve, reject) => socket.once('close', resolve).once('error', reject));
  socket.write(['POST /graphql HTTP/1.1', 'host: x', ...head, '', ''].join('\r\n'));
  await new Promise((resolve) => socket.write(body, resolve));
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.resume();
  await closed;
  return text;
}

test.each([
  ['a body that is too large', 'application/json', '413 Payload Too Large'],
  ['a body of another kind', 'text/plain', '415 Unsupported Media Type'],
])('%s', async (_what, contentType, status) => {
  const body = Buffer.alloc(32 * MEBIBYTE, ' ');
  const head = [`content-type: ${contentType}`, `content-length: ${body.length}`, 'connection: close'];
  expect(await answerTo(head, body)).toMatch(new RegExp(`^HTTP/1.1 ${status}\r\n`));
});
