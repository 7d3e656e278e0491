/**
 * Why no schema can be built from a supergraph, in one sentence. Knows how the federation library words its errors.
 */

import { SupergraphRefused } from '../supergraph/supergraph-refused.ts';

export function unusableSupergraph(file: string, error: unknown): SupergraphRefused {
  return new SupergraphRefused('unusable', [`The supergraph ${file} cannot be used: ${whatIsWrong(error)}.`]);
}

/** The library puts what is wrong under a headline, and quotes of the file under that. */
function whatIsWrong(error: unknown): string {
  const lines = error instanceof Error ? error.message.split('\n').filter((line) => line.trim() !== '') : [];
  const [first = String(error), second = ''] = lines;
  const said = first.endsWith('Caused by:') ? second.replace(/^\[\w+\] /, '') : first;
  return said.replace(/\.$/, '');
}
