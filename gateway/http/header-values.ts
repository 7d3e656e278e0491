/**
 * A header as often as it was sent. Node keeps only the first of some headers, and whoever checks a credential must
 * know that there was a second. Knows no header's meaning.
 */

/** `name` in lower case; `rawHeaders` are names and values in turns, as Node has them. */
export function headerValues(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] ?? '';
    // Lengths first: this runs for every header of every request.
    if (sent.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}
