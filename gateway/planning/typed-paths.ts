/**
 * Which types a plan's paths mean. Where a field is asked of some types of an interface or union alone, the planner says
 * so behind the name of what leads there: `review|[UserReview]`. Without that, whatever stands at the path would be
 * sent along, and subgraphs be asked for what nobody wants. Knows no fetch and no data.
 */

import type { Schema } from '@apollo/federation-internals';
import type { PlanNode } from '@apollo/query-planner';

/** Before the type in a path of the planner’s rewrites that means objects of that type alone. */
export const FRAGMENT = '... on ';

const BEFORE = '|[';
const BEHIND = ']';

/**
 * Keys of the response, `@` for each item of a list, and for objects of which only some types are meant, those as a step
 * of their own.
 */
export function pathSteps(path: readonly (string | number)[]): readonly string[] {
  const steps: string[] = [];
  for (const part of path) {
    const text = String(part);
    const at = text.indexOf(BEFORE);
    if (at < 0) steps.push(text);
    else steps.push(text.slice(0, at), text.slice(at));
  }
  return steps;
}

export function isTypeStep(step: string): boolean {
  return step.startsWith(BEFORE);
}

/** Of a step for which `isTypeStep`. */
export function typesMeant(step: string): readonly string[] {
  return step.slice(BEFORE.length, -BEHIND.length).split(',');
}

/** The step that means those types alone, joined by commas. */
export function typesStep(types: string): string {
  return `${BEFORE}${types}${BEHIND}`;
}

/** Without the marks of lists and the types that are meant. */
export function fieldNames(steps: readonly string[]): readonly string[] {
  return steps.filter((step) => step !== '@' && !isTypeStep(step));
}

/** Whether such a step means the object; one that says nothing of its type may be any. */
export function isMeant(step: string, { __typename: typeName }: Readonly<Record<string, unknown>>): boolean {
  return typeof typeName !== 'string' || typesMeant(step).includes(typeName);
}

/**
 * Such a path to a node as it is understood here. The planner names object types; an object may still have the name of an
 * interface (@interfaceObject), and perhaps is one of those. And it does not say that a fetch which begins again at the
 * root is meant for the root alone where that is one of several types.
 */
export function typedPaths(schema: Schema): (path: readonly string[], below: PlanNode) => string[] {
  const root = schema.schemaDefinition.rootType('query');
  const isOneOfSeveral =
    root !== undefined &&
    (root.interfaces().length > 0 || schema.unionTypes().some((union) => union.hasTypeMember(root)));
  const ending = isOneOfSeveral ? typesStep(root.name) : undefined;
  return (path, below) => {
    // An empty part stands for the root.
    const parts = path.filter((part) => part !== '').map((part) => widened(part, schema));
    if (ending === undefined || below.kind !== 'Fetch' || below.requires !== undefined) return parts;
    const [last = ''] = pathSteps(parts.slice(-1));
    return [...parts.slice(0, -1), `${last}${ending}`];
  };
}

function widened(part: string, schema: Schema): string {
  const [key = '', meant] = pathSteps([part]);
  if (meant === undefined) return part;
  const types = typesMeant(meant);
  const interfaces = types.flatMap((name) => {
    const type = schema.type(name);
    return type?.kind === 'ObjectType' ? type.interfaces().map((each) => each.name) : [];
  });
  return `${key}${typesStep([...new Set([...types, ...interfaces])].join(','))}`;
}
