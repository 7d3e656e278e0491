/**
 * Reads an event stream as it comes: server-sent events by the GraphQL over SSE protocol, one result after another, and
 * `complete`. Knows no server of ours.
 */

/** Throws for what is no event of the protocol. */
export async function* readEvents<Result>(
  response: Response,
): AsyncGenerator<Result | 'complete', undefined> {
  let waiting = '';
  const decoder = new TextDecoder();
  // Reason for the cast: the body of a fetch comes in bytes.
  for await (const bytes of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    waiting += decoder.decode(bytes, { stream: true });
    for (let end = waiting.indexOf('\n\n'); end >= 0; end = waiting.indexOf('\n\n')) {
      const event = waiting.slice(0, end);
      waiting = waiting.slice(end + 2);
      if (event === 'event: complete\ndata:') yield 'complete';
      // Reason for the cast: a GraphQL server answers so; anything else is found out by whoever reads it.
      else if (event.startsWith(NEXT)) yield JSON.parse(event.slice(NEXT.length)) as Result;
      else if (event !== ':') throw new Error(`this is no event of the protocol: ${event}`);
    }
  }
  return undefined;
}

const NEXT = 'event: next\ndata: ';
