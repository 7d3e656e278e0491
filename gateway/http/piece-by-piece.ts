/**
 * What those on the way are told of an answer that comes piece by piece. Knows no GraphQL.
 */

/**
 * A proxy that collects an answer would hold the pieces back, and so would one that compresses it, as the development
 * servers of frontends do (RFC 9111, section 5.2.2.6).
 */
export const PIECE_BY_PIECE = {
  'x-accel-buffering': 'no',
  'cache-control': 'no-store, no-transform',
} as const;
