/**
 * Relay cursor connections from pages: the shape that the resolvers of every `…Connection` type read. The count is
 * a function, so that only a client that asks for it pays for it.
 */

import type { Page } from './page.ts';

export interface Connection<Row> {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly nodes: readonly Row[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: () => Promise<number>;
}

export function connectionOf<Row>(page: Page<Row>, totalCount: () => Promise<number>): Connection<Row> {
  const { rows, cursors, hasNextPage, hasPreviousPage } = page;
  return {
    edges: rows.map((node, index) => ({ node, cursor: cursors[index] ?? '' })),
    nodes: rows,
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: cursors[0] ?? null,
      endCursor: cursors.at(-1) ?? null,
    },
    totalCount,
  };
}
