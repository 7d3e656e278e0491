/**
 * The body of an answer in parts (multipart/mixed, RFC 2046, as "Incremental Delivery over HTTP" uses it): every part
 * ends with the boundary, so that a client need not wait for the next one to read it. Knows no GraphQL.
 */

const HEAD = 'content-type: application/json; charset=utf-8\r\n\r\n';

export interface BodyPart {
  readonly text: string;
  readonly hasNext: boolean;
}

/** Goes with `boundary="-"`. */
export async function* multipartBody(
  first: string,
  later: AsyncIterable<BodyPart>,
): AsyncGenerator<string, void> {
  yield `\r\n---\r\n${HEAD}${first}\r\n---\r\n`;
  for await (const { text, hasNext } of later) yield `${HEAD}${text}\r\n---${hasNext ? '' : '--'}\r\n`;
}
