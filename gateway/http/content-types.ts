/**
 * Which content type the server library answers to which Accept header with. It is learned from answers that went
 * the long way, so that the short way can never differ. Knows no GraphQL.
 */

export interface ContentTypes {
  /** Undefined for an Accept header that was not answered yet. */
  readonly known: (accept: string | undefined) => string | undefined;
  readonly learn: (accept: string | undefined, contentType: string | undefined) => void;
}

/** Clients send a handful of different Accept headers; whoever sends thousands goes the long way. */
const MOST_KNOWN = 100;
const LONGEST_ACCEPT = 300;

export function createContentTypes(): ContentTypes {
  const byAccept = new Map<string, string>();
  return {
    known: (accept = '') => byAccept.get(accept),
    learn(accept = '', contentType) {
      if (contentType === undefined || accept.length > LONGEST_ACCEPT) return;
      if (byAccept.size < MOST_KNOWN) byAccept.set(accept, contentType);
    },
  };
}
