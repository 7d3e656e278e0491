/**
 * Why no schema can be built from a supergraph, in one sentence. Knows how the federation library words its errors.
 */

import { StartRefused } from '../base/start-refused.ts';

export function unusableSupergraph(file: string, error: unknown): StartRefused {
  return new StartRefused([`The supergraph ${file} cannot be used: ${whatIsWrong(error)}.`]);
}

/** The library puts what is wrong under a headline, and quotes of the file under that. */
function whatIsWrong(error: unknown): string {
  const lines = error instanceof Error ? error.message.split('\n').filter((line) => line.trim() !== '') : [];
  const [first = String(error), second = ''] = lines;
  const said = first.endsWith('Caused by:') ? second.replace(/^\[\w+\] /, '') : first;
  return said.replace(/\.$/, '');
}
