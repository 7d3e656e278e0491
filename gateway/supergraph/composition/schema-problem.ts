/**
 * What is wrong with the subgraphs' schemas, and where: a sentence and a place that an editor can open.
 */

import { getLocation, type ASTNode } from 'graphql';

export interface SchemaPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface SchemaProblem {
  readonly place: SchemaPlace;
  /** The type or field that it is about, such as `Order.number`, where it is about one. */
  readonly coordinate?: string;
  readonly says: string;
}

/** The place of a node that was parsed from a named source; undefined for one that was made by a program. */
export function placeOfNode(node: ASTNode): SchemaPlace | undefined {
  const { loc } = node;
  return loc === undefined ? undefined : { file: loc.source.name, ...getLocation(loc.source, loc.start) };
}

/** `file:line:column: sentence`, the form that editors and continuous integration turn into a link. */
export function formatProblem({ place, says }: SchemaProblem): string {
  return `${place.file}:${place.line}:${place.column}: ${says}`;
}
