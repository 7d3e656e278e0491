/**
 * A mistake in the options as one sentence that names the place and says what would be right.
 * Knows the schema library's issues; does not know which options there are.
 */

import type { z } from 'zod';

import { nearestName } from './nearest-name.ts';

type Issue = z.core.$ZodIssue;

/** `placeOf` names where a person wrote the option; `knownAt` lists the names allowed at a path. */
export interface Places {
  placeOf(path: readonly PropertyKey[]): string;
  knownAt(path: readonly PropertyKey[]): readonly string[];
}

/** One sentence per mistake; an issue about unknown names makes one for each name. */
export function explainIssue(issue: Issue, places: Places): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const near = nearestName(key, places.knownAt(issue.path));
      const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
      return `${places.placeOf([...issue.path, key])} is not an option.${hint}`;
    });
  }
  return [`${places.placeOf(issue.path)} ${demandOf(issue)}.`];
}

function demandOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${nounOf(issue.expected)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'must be an http or https URL' : `must be a valid ${issue.format}`;
    case 'too_small':
      return `must be at least ${limitOf(issue.minimum, issue.inclusive)}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${limitOf(issue.maximum, true)}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

function nounOf(expected: string): string {
  if (expected === 'int') return 'a whole number';
  if (expected === 'object' || expected === 'record') return 'a group of options';
  return expected === 'array' ? 'a list' : `a ${expected}`;
}

function limitOf(limit: number | bigint, inclusive: boolean | undefined): string {
  return String(inclusive === false ? Number(limit) + 1 : limit);
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' character long';
  return origin === 'array' ? ' item long' : '';
}
