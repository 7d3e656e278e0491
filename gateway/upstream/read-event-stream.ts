/**
 * The bytes of an event stream as events, as they come (HTML, section 9.2.6). Knows no HTTP and no GraphQL.
 */

export interface StreamEvent {
  /** `message` where the stream names none. */
  readonly name: string;
  readonly data: string;
}

export interface EventReader {
  /** The events that are complete with these bytes. Throws where one is larger than allowed. */
  readonly read: (chunk: Uint8Array) => readonly StreamEvent[];
}

export class EventTooLarge extends Error {}

const LINE_END = /\r\n|\n|\r/g;

/** Where lines end, from a place on; not there where the second half of the end may still be under way. */
function* lineEnds(text: string, from: number): Generator<{ readonly at: number; readonly next: number }> {
  const ends = new RegExp(LINE_END);
  ends.lastIndex = from;
  for (let found = ends.exec(text); found !== null; found = ends.exec(text)) {
    const { index, 0: end } = found;
    if (end === '\r' && index === text.length - 1) return;
    yield { at: index, next: index + end.length };
  }
}

export function createEventReader(maxEventBytes: number): EventReader {
  const decoder = new TextDecoder();
  let rest = '';
  let name = '';
  let data: string[] = [];
  let size = 0;

  function take(line: string): StreamEvent | undefined {
    if (line === '') {
      const event =
        data.length === 0 && name === '' ? undefined : { name: name || 'message', data: data.join('\n') };
      [name, data, size] = ['', [], 0];
      return event;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    // A comment is no part of an event.
    if (field === '') return undefined;
    size += line.length;
    if (field === 'data') data.push(value);
    else if (field === 'event') name = value;
    return undefined;
  }

  return {
    read(chunk) {
      const text = rest + decoder.decode(chunk, { stream: true });
      const events: StreamEvent[] = [];
      let from = 0;
      // What was there before has been looked through.
      for (const { at, next } of lineEnds(text, Math.max(0, rest.length - 1))) {
        const event = take(text.slice(from, at));
        from = next;
        if (event !== undefined) events.push(event);
        else if (size > maxEventBytes)
          throw new EventTooLarge(`an event is larger than ${maxEventBytes} bytes`);
      }
      rest = text.slice(from);
      // A character takes a byte at least; a little more than allowed is no danger.
      if (size + rest.length > maxEventBytes)
        throw new EventTooLarge(`an event is larger than ${maxEventBytes} bytes`);
      return events;
    },
  };
}
