/**
 * Text from elsewhere (an error of a library, say) as a log may have it. What such a text quotes may be a value that
 * somebody sent or a row of data, and an address in it may hold credentials; both are cut out. Knows no logger.
 */

const LONGEST = 500;
/** Apostrophes within words quote nothing. From the first mark to the last: what is quoted may hold marks itself. */
const QUOTED = /(?<!\w)(["'`]).*\1/gs;
const CREDENTIALS = /:\/\/[^\s/@]*@/g;
/** Before looking closer. */
const FAR_TOO_LONG = 4_000;

export function quotable(text: string): string {
  return text.slice(0, FAR_TOO_LONG).replace(CREDENTIALS, '://…@').replace(QUOTED, '$1…$1').slice(0, LONGEST);
}
