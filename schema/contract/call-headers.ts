/**
 * The headers of a call to a subgraph that both sides must name alike. Knows no HTTP library.
 */

/**
 * How many milliseconds the gateway still waits for the answer. A length and no time of day: clocks differ. It is not
 * signed, for whoever could change it could as well cut the connection.
 */
export const TIMEOUT_HEADER = 'x-timeout-ms';
