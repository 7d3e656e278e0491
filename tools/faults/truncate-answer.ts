/**
 * Cuts an HTTP/1.1 answer so that only a reader of its JSON can tell: the length in its head is the shortened one.
 * Works on the first bytes of an answer, where the head is; knows no socket.
 */

const LENGTH = /(?<name>\r\ncontent-length: *)(?<digits>\d+)/i;
const END_OF_HEAD = '\r\n\r\n';

/** What is sent instead, after which the connection ends: `afterBytes` of the body, or fewer where it has fewer. */
export function truncateAnswer(chunk: Buffer, afterBytes: number): Buffer {
  const headLength = chunk.indexOf(END_OF_HEAD) + END_OF_HEAD.length;
  const head = chunk.toString('latin1', 0, headLength);
  const declared = LENGTH.exec(head)?.groups?.['digits'];
  // No HTTP answer, or one without a length: it just ends early.
  if (headLength < END_OF_HEAD.length || declared === undefined) return chunk.subarray(0, afterBytes);
  const kept = Math.min(afterBytes, Math.max(0, Number(declared) - 1), chunk.length - headLength);
  const shortened = head.replace(LENGTH, (_all, name: string) => `${name}${kept}`);
  return Buffer.concat([Buffer.from(shortened, 'latin1'), chunk.subarray(headLength, headLength + kept)]);
}
