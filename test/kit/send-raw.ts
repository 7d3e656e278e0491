/**
 * What no HTTP client would send, and all that is answered until the other side closes the connection.
 */

import { connect } from 'node:net';

export async function sendRaw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}
