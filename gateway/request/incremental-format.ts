/**
 * The formats in which clients take an answer in parts, and how each part is written: the one of graphql-js 17 (alpha
 * 9), `incrementalSpec=v0.2`, and the older one of 2022, `deferSpec=20220824`. Knows no HTTP and no plan.
 */

import type { FinishedPart, LaterPayload, PendingPart } from '../execution/deferred-answer.ts';
import type { FieldFailure } from '../execution/fetch-journal.ts';
import { shapeFailure } from './shape-failure.ts';
import type { RequestContext } from './request-context.ts';

export interface IncrementalFormat {
  /** The parameter of `multipart/mixed` by which clients ask for it. */
  readonly parameter: string;
  /** Whether a part repeats what the client has already. */
  readonly repeats: boolean;
  /** What the initial part has besides data and errors. */
  readonly initialFields: (pending: readonly PendingPart[]) => object;
  readonly payload: (payload: LaterPayload, context: RequestContext) => object;
}

const V0_2: IncrementalFormat = {
  parameter: 'incrementalSpec=v0.2',
  repeats: false,
  initialFields: (pending) => ({ pending: pending.map(announced), hasNext: true }),
  payload({ pending, finished, hasNext }, context) {
    const incremental = finished.flatMap((part) => additionsOf(part, context));
    return {
      ...(pending.length === 0 ? {} : { pending: pending.map(announced) }),
      ...(incremental.length === 0 ? {} : { incremental }),
      completed: finished.map(({ part: { id }, patches, failures }) =>
        patches === undefined ? { id, ...errorsOf(failures, context) } : { id },
      ),
      hasNext,
    };
  },
};

export const DEFER_2022: IncrementalFormat = {
  parameter: 'deferSpec=20220824',
  repeats: true,
  initialFields: () => ({ hasNext: true }),
  payload({ finished, hasNext }, context) {
    const incremental = finished.map(({ part: { path, label }, patches, failures }) => ({
      // Such a part is one patch, of the object on which the fragment hangs.
      data: patches?.[0]?.data ?? null,
      path,
      ...(label === undefined ? {} : { label }),
      ...errorsOf(failures, context),
    }));
    return { incremental, hasNext };
  },
};

export const INCREMENTAL_FORMATS: readonly IncrementalFormat[] = [V0_2, DEFER_2022];

function announced({ id, path, label }: PendingPart) {
  return { id, path, ...(label === undefined ? {} : { label }) };
}

function additionsOf({ part, patches, failures }: FinishedPart, context: RequestContext): readonly object[] {
  if (patches === undefined) return [];
  const { id, path: start } = part;
  const errors = errorsOf(failures, context);
  if (patches.length === 0) return failures.length === 0 ? [] : [{ data: {}, ...errors, id }];
  return patches.map(({ path, data }, index) => {
    const subPath = path.slice(start.length);
    return { data, ...(index === 0 ? errors : {}), id, ...(subPath.length === 0 ? {} : { subPath }) };
  });
}

function errorsOf(failures: readonly FieldFailure[], context: RequestContext): { readonly errors?: object } {
  if (failures.length === 0) return {};
  return { errors: failures.map((failure) => shapeFailure(failure, context)) };
}
