/** Where the endpoint is. Knows nothing of what is there. */

export const GRAPHQL_PATH = '/graphql';

/** With it the endpoint is the same; some clients write it so. */
const SLASH_BEHIND = /(?<=^\/graphql)\/(?=\?|$)/;

export function withoutSlashBehind(url: string): string {
  return url.replace(SLASH_BEHIND, '');
}
