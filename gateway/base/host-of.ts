/**
 * The host and port of a URL, always both, in the one way of writing that URLs of the same host share. Knows nothing of
 * what may be connected to.
 */

const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Such as `schemas.example:443` or `[::1]:80`. Throws where it is no URL. */
export function hostOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port === '' ? (PORTS[protocol] ?? '') : port}`;
}
