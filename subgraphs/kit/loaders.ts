/**
 * Batched loading: DataLoaders made anew for every request, so that what one principal loaded is never another's.
 * A loader answers by key and never by order; a key that the system does not know gives null.
 */

import DataLoader from 'dataloader';

import type { Page } from './page.ts';

/** One statement for all ids that a request asks for at the same moment. */
export function loaderById<Row>(
  readMany: (ids: readonly string[]) => Promise<ReadonlyMap<string, Row>>,
): DataLoader<string, Row | null> {
  return new DataLoader(async (ids) => {
    const found = await readMany(ids);
    return ids.map((id) => found.get(id) ?? null);
  });
}

/** Rows by the id of their parent, for lists that do not grow. */
export function loaderOfChildren<Row>(
  readMany: (parentIds: readonly string[]) => Promise<ReadonlyMap<string, readonly Row[]>>,
): DataLoader<string, readonly Row[]> {
  return new DataLoader(async (parentIds) => {
    const found = await readMany(parentIds);
    return parentIds.map((id) => found.get(id) ?? []);
  });
}

interface ParentKey<Arguments> {
  readonly parentId: string;
  readonly arguments: Arguments;
}

/**
 * Something about many parents that also depends on arguments: one statement for each distinct set of arguments,
 * whatever the number of parents. `Arguments` must print the same as JSON when it means the same.
 */
export function loaderByParent<Arguments, Answer>(
  readMany: (parentIds: readonly string[], given: Arguments) => Promise<ReadonlyMap<string, Answer>>,
  ifNone: Answer,
): DataLoader<ParentKey<Arguments>, Answer, string> {
  return new DataLoader(
    async (keys) => {
      const groups = Map.groupBy(keys, (key) => JSON.stringify(key.arguments));
      const answers = new Map<string, Promise<ReadonlyMap<string, Answer>>>();
      for (const [text, members] of groups) {
        const [member] = members;
        if (member !== undefined)
          answers.set(
            text,
            readMany(
              members.map((key) => key.parentId),
              member.arguments,
            ),
          );
      }
      return Promise.all(
        keys.map(
          async (key) => (await answers.get(JSON.stringify(key.arguments)))?.get(key.parentId) ?? ifNone,
        ),
      );
    },
    { cacheKeyFn: (key) => `${key.parentId} ${JSON.stringify(key.arguments)}` },
  );
}

export const EMPTY_PAGE: Page<never> = { rows: [], cursors: [], hasNextPage: false, hasPreviousPage: false };

/** Indexes rows by id. */
export function byId<Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** What was loaded before a write may be wrong after it. */
export function forgetLoaded(loaders: object): void {
  for (const loader of Object.values(loaders)) {
    if (loader instanceof DataLoader) loader.clearAll();
  }
}
