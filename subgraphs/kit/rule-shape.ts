/**
 * Reads graphql-shield's rule objects: which of them is a test, which joins others, and which could open a hole and
 * must not be used. The one place that knows what those objects look like inside.
 */

import { allow, and, chain, deny, not, or, race, rule, type ShieldRule } from './graphql-shield.ts';

/** What a rule's function answers; a promise of it if it has to load something. */
export type TestFunction = (parent: unknown, given: unknown, context: unknown, info: unknown) => unknown;

export type RuleShape =
  | { readonly kind: 'constant'; readonly allows: boolean }
  | { readonly kind: 'test'; readonly name: string; readonly test: TestFunction }
  | { readonly kind: 'any' | 'all'; readonly parts: readonly unknown[] }
  | { readonly kind: 'unusable'; readonly because: string };

// The classes are not exported, so each is learnt from one of its instances.
const Test = classOf(rule('example')(() => true));
const Any = classOf(or(allow));
const All = classOf(and(allow));
const Not = classOf(not(allow));
const Chain = classOf(chain(allow));
const Race = classOf(race(allow));

/** Takes anything, because what a circular import or a typing mistake leaves behind has no type either. */
export function shapeOf(value: unknown): RuleShape {
  if (value === allow || value === deny) return { kind: 'constant', allows: value === allow };
  if (value instanceof Any) return { kind: 'any', parts: partsOf(value) };
  if (value instanceof All) return { kind: 'all', parts: partsOf(value) };
  if (value instanceof Not) return negationOf(partsOf(value)[0]);
  if (value instanceof Chain || value instanceof Race)
    return unusable('chain and race of graphql-shield do not work on this Node; use and, or');
  return value instanceof Test ? testOf(value) : unusable('it is no rule of graphql-shield');
}

/** Why the rule must not be used, each with the trap that it would be. */
export function problemsOfShape(value: unknown): readonly string[] {
  const shape = shapeOf(value);
  switch (shape.kind) {
    case 'unusable':
      return [shape.because];
    case 'any':
    case 'all':
      return shape.parts.length === 0 ? ['it joins no rules'] : shape.parts.flatMap(problemsOfShape);
    default:
      return [];
  }
}

/** The tests of which a rule is made, as shield's own objects. */
export function testsWithin(value: unknown): readonly ShieldRule[] {
  const shape = shapeOf(value);
  if (shape.kind === 'any' || shape.kind === 'all') return shape.parts.flatMap(testsWithin);
  // Reason for the cast: the shape says that it is one.
  return shape.kind === 'test' ? [value as ShieldRule] : [];
}

/** Shield's `not` lets in where its rule throws; only a rule that cannot throw may be turned around. */
function negationOf(inner: unknown): RuleShape {
  const shape = shapeOf(inner);
  return shape.kind === 'constant'
    ? { kind: 'constant', allows: !shape.allows }
    : unusable('not over a rule that can fail would let in when it fails');
}

function testOf(value: object): RuleShape {
  const { name, func, cache, fragment }: Inside = value;
  if (cache !== 'no_cache')
    return unusable('its cache would give one verdict to another object or principal');
  if (fragment !== undefined) return unusable('its fragment is not fetched here');
  return typeof func === 'function'
    ? // Reason for the cast: shield calls it with these four.
      { kind: 'test', name: String(name), test: func as TestFunction }
    : unusable('it has no function');
}

interface Inside {
  readonly name?: unknown;
  readonly func?: unknown;
  readonly cache?: unknown;
  readonly fragment?: unknown;
  readonly rules?: unknown;
}

function partsOf({ rules }: Inside): readonly unknown[] {
  return Array.isArray(rules) ? rules : [];
}

function unusable(because: string): RuleShape {
  return { kind: 'unusable', because };
}

function classOf(example: object): new () => object {
  // Reason for the cast: every object that a class made has it as constructor.
  return example.constructor as new () => object;
}
