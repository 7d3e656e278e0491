/**
 * The headers of a call to a subgraph that both sides must name alike. Knows no HTTP library.
 */

/**
 * How many milliseconds a subgraph has left for its answer. A length and no time of day: clocks differ. It is not
 * signed, for whoever could change it could as well cut the connection.
 */
export const TIMEOUT_HEADER = 'x-timeout-ms';
