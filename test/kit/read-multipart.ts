/**
 * The parts of a `multipart/mixed` answer as they come, read strictly (RFC 2046). Knows no protocol.
 */

const HEAD = '\r\ncontent-type: application/json; charset=utf-8\r\n\r\n';

/** Each part is JSON, of which the caller says what it is. Rejects where the body is not whole. */
export async function* readMultipart<Part>({ body }: Response, boundary: string): AsyncGenerator<Part, void> {
  const delimiter = `\r\n--${boundary}`;
  let text = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf(delimiter); end >= 0; end = text.indexOf(delimiter)) {
      const part = text.slice(0, end);
      text = text.slice(end + delimiter.length);
      // Reason for the cast: a part of the gateway under test.
      if (part !== '') yield readPart(part) as Part;
    }
  }
  if (text !== '--\r\n') throw new Error(`the body ends with ${JSON.stringify(text)}`);
}

function readPart(part: string): unknown {
  if (!part.startsWith(HEAD)) throw new Error(`a part begins with ${JSON.stringify(part.slice(0, 80))}`);
  return JSON.parse(part.slice(HEAD.length));
}
