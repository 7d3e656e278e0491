/**
 * What clients send by themselves, whoever uses them: none of it may be taken for something else.
 */

import { sendRaw } from '../kit/send-raw.ts';
import { crm } from '../kit/small-company.ts';
import { startGateway } from '../kit/start-gateway.ts';

const ADA = { data: { customer: { name: 'Ada Byron' } } };
const QUERY = '{ customer(id: "1") { name } }';

test.each([[{}], [{ subscriptions: { enabled: false } }]])(
  'a client that offers HTTP/2 is answered by the HTTP that it has begun with (%j)',
  async (config) => {
    const asked = await startGateway({ subgraphs: [crm], config });
    const body = JSON.stringify({ query: QUERY });
    // curl --http2, and java.net.http.HttpClient by itself.
    const answer = await sendRaw(
      asked.url,
      [
        'POST /graphql HTTP/1.1',
        'host: gateway',
        'connection: Upgrade, HTTP2-Settings, close',
        'upgrade: h2c',
        'http2-settings: AAMAAABkAAQAoAAAAAIAAAAA',
        'content-type: application/json',
        `content-length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
    await asked.stop();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual(ADA);
  },
);
