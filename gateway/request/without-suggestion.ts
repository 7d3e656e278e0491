/**
 * A sentence of the GraphQL library without the names that it suggests, which are pieces of the schema. Knows no
 * schema, and not who may hear of it.
 */

/** They come last, whether the sentence is about a field, an argument, a type or the value of a variable. */
const SUGGESTION = / ?Did you mean [^?]*\?$/;

export function withoutSuggestion(message: string): string {
  return message.replace(SUGGESTION, '');
}
