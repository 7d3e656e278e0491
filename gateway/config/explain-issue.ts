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

/** Whether it only follows from what another issue says of the same place: what is no text is not too short, either. */
export function isEcho(issue: Issue, others: readonly Issue[]): boolean {
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return false;
  return others.some(({ code, path }) => code === 'invalid_type' && path.join('.') === issue.path.join('.'));
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
      return issue.input === undefined ? 'is required' : `must be ${nounOf(issue.expected)}${given(issue)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}${given(issue)}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'must be an http or https URL' : issue.message;
    case 'too_small':
      return `must be at least ${sizeOf(limitOf(issue.minimum, issue.inclusive), issue.origin)}${given(issue)}`;
    case 'too_big':
      return `must be at most ${sizeOf(limitOf(issue.maximum, true), issue.origin)}${given(issue)}`;
    default:
      return issue.message;
  }
}

function nounOf(expected: string): string {
  if (expected === 'int') return 'a whole number';
  if (expected === 'object' || expected === 'record') return 'a group of options';
  if (expected === 'boolean') return 'true or false';
  return expected === 'array' ? 'a list' : `a ${expected}`;
}

/** What stands there instead, by its kind alone where it may be a secret at the wrong place. */
function given(issue: Issue): string {
  const { input } = issue;
  if (typeof input === 'number') return isAboutNumber(issue) ? `, not ${input}` : ', not a number';
  if (typeof input === 'string') return issue.code === 'invalid_type' ? ', not a string' : '';
  if (input === null) return ', and is empty';
  if (typeof input === 'boolean') return `, not ${input}`;
  if (Array.isArray(input))
    return issue.code === 'too_small' || issue.code === 'too_big' ? '' : ', not a list';
  return ', not a group of options';
}

function isAboutNumber(issue: Issue): boolean {
  const about = issue.code === 'invalid_type' ? issue.expected : issue.code;
  return ['number', 'int', 'too_small', 'too_big'].includes(about);
}

function limitOf(limit: number | bigint, inclusive: boolean | undefined): number {
  return inclusive === false ? Number(limit) + 1 : Number(limit);
}

function sizeOf(limit: number, origin: string): string {
  const unit = { string: 'character', array: 'item' }[origin];
  if (unit === undefined) return String(limit);
  return `${limit} ${unit}${limit === 1 ? '' : 's'} long`;
}
