/**
 * Whether two answers tell the same: the same data, the same errors in the same places. What differs in every request
 * is left out, and so are names that the asker gave themselves. Knows no system.
 */

import type { Answer } from '../../tools/access/serve-company.ts';

/** `given` are names in the request, with what stands in their place in the other one. */
export function tellingOf({ data, errors }: Answer, given: ReadonlyMap<string, string> = new Map()): unknown {
  const told = errors?.map(({ path, message, extensions = {} }) => {
    const { requestId: _ofThisRequest, ...facts } = { requestId: undefined, ...extensions };
    return { path, message, facts };
  });
  let text = JSON.stringify({
    data,
    // Which of two fields fails first is chance.
    errors: told?.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other))),
  });
  for (const [name, instead] of given) text = text.replaceAll(JSON.stringify(name), JSON.stringify(instead));
  return JSON.parse(text);
}
