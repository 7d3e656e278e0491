/**
 * What goes over a connection for one call: the head and the body of an HTTP/1.1 request (RFC 9112, section 3).
 * Knows no socket.
 */

type Headers = Readonly<Record<string, string>>;

/** What may break out of a header; all that is ours to send is ASCII (RFC 9110, section 5.5). */
const UNFIT = /[^\t\x20-\x7e]/;

/** What is the same for each call to an address. */
export function requestHead({ pathname, search, host }: URL, headers: Headers): string {
  return `POST ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${linesOf(headers)}`;
}

/** Throws TypeError where a header's value cannot be sent. */
export function requestText(head: string, headers: Headers, body: string): string {
  return `${head}${linesOf(headers)}content-length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`;
}

function linesOf(headers: Headers): string {
  let lines = '';
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? '';
    if (UNFIT.test(value)) throw new TypeError(`the header ${name} has a character that no header may have`);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}
