/**
 * The cases of an operation that depends on variables by @skip and @include: each is planned by itself, as the gateway
 * plans by the values that it was sent. Knows no schema.
 */

import {
  getLocation,
  Kind,
  print,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import { conditionVariables, withConditions } from '../../gateway/planning/fixed-conditions.ts';
import { CommandRefused } from '../command-refused.ts';

interface ConditionCase {
  /** All values that lead to it, as text; empty where it is the only case. */
  readonly when: string;
  readonly document: DocumentNode;
}

interface ConditionCases {
  readonly cases: readonly ConditionCase[];
  /** Fields that no values of the variables ask for, without those below them: line, column and name of each. */
  readonly neverRun: readonly string[];
}

/** So many variables make a thousand cases, which still are planned within seconds. */
const MOST_VARIABLES = 10;

/** The document must have one operation, and be valid. */
export function conditionCases(document: DocumentNode): ConditionCases {
  const names = conditionVariables(document);
  if (names.length > MOST_VARIABLES)
    throw new CommandRefused(
      `@skip and @include depend on ${names.length} variables, and each combination would have a plan of its own; ` +
        `at most ${MOST_VARIABLES} are looked through.`,
    );
  const text = print(document);
  const byText = new Map<string, { document: DocumentNode; when: string[] }>();
  for (const values of combinationsOf(names)) {
    const fixed = withConditions({ document, text }, values);
    const known = byText.get(fixed.text) ?? { document: fixed.document, when: [] };
    known.when.push(names.map((name) => `$${name}: ${values[name]}`).join(', '));
    byText.set(fixed.text, known);
  }
  const found = [...byText.values()];
  const run = new Set(found.flatMap((each) => [...fieldsOf(each.document)].map(([place]) => place)));
  return {
    cases: found.map((each) => ({
      document: each.document,
      when: found.length === 1 ? '' : each.when.join(' or '),
    })),
    neverRun: outermost([...fieldsOf(document)].flatMap(([at, field]) => (run.has(at) ? [] : field))).map(
      placeOf,
    ),
  };
}

/** In the order of the text: all false first. */
function combinationsOf(names: readonly string[]): readonly Readonly<Record<string, boolean>>[] {
  return names.reduce<readonly Readonly<Record<string, boolean>>[]>(
    (sofar, name) => sofar.flatMap((each) => [false, true].map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
}

/** Where each field that the operation reaches begins in the text. */
function fieldsOf({ definitions }: DocumentNode): ReadonlyMap<number, FieldNode> {
  const fragments = new Map(
    definitions.flatMap((node): [string, FragmentDefinitionNode][] =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  );
  const fields = new Map<number, FieldNode>();
  const spread = new Set<string>();
  const walk = ({ selections }: SelectionSetNode) => {
    for (const node of selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const { value: name } = node.name;
        const fragment = spread.has(name) ? undefined : fragments.get(name);
        spread.add(name);
        if (fragment !== undefined) walk(fragment.selectionSet);
        continue;
      }
      if (node.kind === Kind.FIELD && node.loc !== undefined) fields.set(node.loc.start, node);
      if (node.selectionSet !== undefined) walk(node.selectionSet);
    }
  };
  for (const node of definitions) if (node.kind === Kind.OPERATION_DEFINITION) walk(node.selectionSet);
  return fields;
}

function outermost(fields: readonly FieldNode[]): readonly FieldNode[] {
  return fields.filter(
    ({ loc }) =>
      !fields.some(
        ({ loc: other }) =>
          loc !== undefined && other !== undefined && other.start < loc.start && loc.end <= other.end,
      ),
  );
}

function placeOf({ name, loc }: FieldNode): string {
  if (loc === undefined) return name.value;
  const { line, column } = getLocation(loc.source, loc.start);
  return `${line}:${column} ${name.value}`;
}
