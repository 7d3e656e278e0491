/** HTTP answers as they may be written, and how the reader reads them. */

import * as fc from 'fast-check';

import { AnswerReader } from '../../../../gateway/upstream/answer-reader.ts';

const MOST = 100_000;

export interface Read {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter?: string | undefined;
  readonly body: string;
  readonly restMs: number;
}

/** As from a connection that ends after the pieces; the buffer they come in is used again, as a connection does. */
export function readPieces(pieces: readonly Buffer[], maxBytes = MOST): Read | 'incomplete' {
  const reader = new AnswerReader(maxBytes);
  for (const piece of pieces) {
    const bytes = Buffer.from(piece);
    const isWhole = reader.read(bytes);
    bytes.fill('?');
    if (isWhole) return readOf(reader);
  }
  return reader.endsHere ? readOf(reader) : 'incomplete';
}

function readOf(reader: AnswerReader): Read {
  const { restMs } = reader;
  const { body, ...head } = reader.take();
  return { ...head, body: body.toString('latin1'), restMs };
}

export function readText(text: string): Read | 'incomplete' {
  return readPieces([Buffer.from(text, 'latin1')]);
}

export function piecesOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((start, i) => bytes.subarray(start, places[i] ?? bytes.length));
}

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/);
const fieldText = fc.stringMatching(/^[!-~](?:[ -~]{0,20}[!-~])?$/);
const blank = fc.constantFrom('', ' ', '\t', '  ');
const otherFields = fc.array(
  fc
    .tuple(token, blank, fieldText, blank)
    .map(([name, before, value, after]) =>
      [`x-${name}`, before, value, after].join('').replace(`x-${name}`, `x-${name}:`),
    ),
  { maxLength: 4 },
);
const bodyText = fc
  .oneof(
    fc.string({ maxLength: 40 }),
    fc.constant('{"data":{"a":"ä\\n"}}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'),
    fc.integer({ min: 4_000, max: 9_000 }).map((length) => 'x'.repeat(length)),
  )
  .map((text) => Buffer.from(text).toString('latin1'));

const chunkedBody = (body: string) =>
  fc
    .tuple(
      fc.array(fc.nat(), { maxLength: 4 }),
      fc.constantFrom('', ';a=b', ';a;signed="x \\" y";c=1'),
      fc.array(fc.constantFrom('x-sum: 1', 'expires:0', 'x:'), { maxLength: 2 }),
    )
    .map(([cuts, extension, trailers]) => {
      const chunks = piecesOf(Buffer.from(body, 'latin1'), cuts).filter(({ length }) => length > 0);
      const coded = chunks.map(
        (chunk) => `${chunk.length.toString(16)}${extension}\r\n${chunk.toString('latin1')}\r\n`,
      );
      return [...coded, `0\r\n`, ...trailers.map((line) => `${line}\r\n`), '\r\n'].join('');
    });

export interface Written {
  readonly text: string;
  readonly read: Read;
  readonly endsItself: boolean;
}

export const written: fc.Arbitrary<Written> = fc
  .record({
    status: fc.constantFrom(200, 201, 400, 404, 429, 500, 503),
    reason: fc.constantFrom('', ' ', ' OK', ' Not \xe4 thing'),
    type: fc.constantFrom(undefined, 'application/json', 'text/html; charset=utf-8'),
    wait: fc.constantFrom(undefined, '3', 'Wed, 21 Oct 2026 07:28:00 GMT'),
    rest: fc.constantFrom(
      [undefined, 4_000],
      ['timeout=5', 3_000],
      ['max=9, timeout=900', 600_000],
      ['timeout=1', 0],
    ),
    isClosed: fc.boolean(),
    others: otherFields,
    interim: fc.constantFrom(
      '',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n',
    ),
    body: bodyText,
    framing: fc.constantFrom('length', 'chunked', 'end'),
    upper: fc.boolean(),
    isFirst: fc.boolean(),
  })
  .chain((made) => chunkedBody(made.body).map((chunked) => ({ ...made, chunked })))
  .map(
    ({
      status,
      reason,
      type,
      wait,
      rest: [keepAlive, restMs],
      isClosed,
      others,
      interim,
      body,
      framing,
      chunked,
      upper,
      isFirst,
    }) => {
      const told = [
        ...(type === undefined ? [] : [`content-type: ${type}`]),
        ...(wait === undefined ? [] : [`retry-after:  ${wait} `]),
        ...(keepAlive === undefined ? [] : [`keep-alive: ${keepAlive}`]),
        ...(isClosed ? ['connection: x, Close'] : []),
        ...(framing === 'length' ? [`content-length: ${String(body.length)}`] : []),
        ...(framing === 'chunked' ? ['transfer-encoding: Chunked'] : []),
      ].map((line) => (upper ? line.replace(/^[^:]+/, (name) => name.toUpperCase()) : line));
      const lines = isFirst ? [...told, ...others] : [...others, ...told];
      const head = `${interim}HTTP/1.1 ${String(status)}${reason}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
      return {
        text: head + (framing === 'chunked' ? chunked : body),
        read: {
          status,
          contentType: type ?? '',
          retryAfter: wait,
          body,
          restMs: isClosed || framing === 'end' ? 0 : restMs,
        },
        endsItself: framing !== 'end',
      };
    },
  );
