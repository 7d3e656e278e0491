/**
 * The text of a request to speak a protocol over a WebSocket, for those who write to the connection by themselves.
 */

export function upgradeRequest(protocol: string, ...headers: readonly string[]): string {
  return [
    'GET /graphql HTTP/1.1',
    'host: gateway',
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
    `sec-websocket-protocol: ${protocol}`,
    ...headers,
    '',
    '',
  ].join('\r\n');
}
