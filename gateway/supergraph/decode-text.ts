/**
 * Bytes to text, by the one encoding that SDL has. Knows nothing of what is in it.
 */

import { SupergraphRefused } from './supergraph-refused.ts';

/** `name` is what people call the supergraph. Throws SupergraphRefused. */
export function decodeText(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SupergraphRefused('wrong_content', [`The supergraph ${name} is not UTF-8.`]);
  }
}
