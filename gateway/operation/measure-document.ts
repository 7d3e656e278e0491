/**
 * How large a document is once its fragments stand where they are used: fields, aliases, depth, width of the root.
 * In linear time, because each fragment is measured once however often it is used. Knows no schema and no limit.
 */

import { Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

import { GatewayError } from '../base/gateway-error.ts';

export interface Measures {
  /** Fields, one inside the other. */
  readonly depth: number;
  /** Fields at the outermost level. */
  readonly width: number;
  readonly fields: number;
  readonly aliases: number;
}

/** What is checked as a whole: an operation, or fragments that no operation uses. */
export interface Root {
  readonly kind: 'operation' | 'fragment';
  readonly set: SelectionSetNode;
  readonly measures: Measures;
}

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

const NOTHING: Measures = { depth: 0, width: 0, fields: 0, aliases: 0 };

/** Fragments that are missing count for nothing. Throws GRAPHQL_VALIDATION_FAILED for one that contains itself. */
export function measureDocument({ definitions }: DocumentNode): readonly Root[] {
  const fragments = fragmentsOf({ definitions });
  const measured = new Map<string, Measures | 'begun'>();

  function ofFragment(name: string): Measures {
    const known = measured.get(name);
    if (known === 'begun') throw containsItself(name);
    if (known !== undefined) return known;
    measured.set(name, 'begun');
    const fragment = fragments.get(name);
    const measures = fragment === undefined ? NOTHING : ofSet(fragment.selectionSet);
    measured.set(name, measures);
    return measures;
  }

  function ofSet({ selections }: SelectionSetNode): Measures {
    let { depth, width, fields, aliases } = NOTHING;
    for (const selection of selections) {
      const inner = ofSelection(selection);
      depth = Math.max(depth, inner.depth);
      width += inner.width;
      fields += inner.fields;
      aliases += inner.aliases;
    }
    return { depth, width, fields, aliases };
  }

  function ofSelection(selection: SelectionSetNode['selections'][number]): Measures {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSet(selection.selectionSet);
    const { selectionSet, alias, name } = selection;
    const { depth, fields, aliases } = selectionSet === undefined ? NOTHING : ofSet(selectionSet);
    const isAliased = alias !== undefined && alias.value !== name.value;
    return { depth: depth + 1, width: 1, fields: fields + 1, aliases: aliases + (isAliased ? 1 : 0) };
  }

  const operations = definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? [node.selectionSet] : [],
  );
  const roots = operations.map((set): Root => ({ kind: 'operation', set, measures: ofSet(set) }));
  // Validation looks at fragments that no operation uses too.
  for (const [name, { selectionSet: set }] of fragments) {
    if (!measured.has(name)) roots.push({ kind: 'fragment', set, measures: ofFragment(name) });
  }
  return roots;
}

/** By name; of several with one name the last. */
export function fragmentsOf({ definitions }: Pick<DocumentNode, 'definitions'>): Fragments {
  const fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

/** What validation would say too, had it the time. */
function containsItself(name: string): GatewayError {
  return new GatewayError('GRAPHQL_VALIDATION_FAILED', { reason: `The fragment ${name} contains itself.` });
}
