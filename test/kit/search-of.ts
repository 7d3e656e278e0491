/**
 * The parameters of a GraphQL request as a URL has them (GraphQL over HTTP, section 6.1). Knows no gateway.
 */

/** With the question mark. What is no text is written as JSON. */
export function searchOf(parameters: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    search.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  return `?${search.toString()}`;
}
