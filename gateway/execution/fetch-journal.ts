/**
 * What happened to the fetches of one request: which fields failed and why, and the data as the subgraphs gave it.
 * Written by the data sources, read when the answer is made; knows no engine and no client.
 */

import type { ErrorCode } from '../../schema/contract/errors.ts';
import type { ErrorFacts } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import type { Path } from '../upstream/subgraph-error.ts';

export interface FieldFailure {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
  /** In the response, by the names that the client gave; the client need not have asked for the field itself. */
  readonly path: Path;
  /** Nothing was said of the field itself: it was lost with its whole fetch, or with another field that failed. */
  readonly lostWith?: 'fetch' | 'field';
  /** The fetch gave nothing for the field, though another may have. */
  readonly leftNull?: boolean;
}

export interface FetchJournal {
  readonly failures: FieldFailure[];
  /** Names (`pathName`) of fields that are null because their owner does not know the entity, or was not asked any more: no failure. */
  readonly unknownToOwner: Set<string>;
  /** By the name of the entity's place: fields that were not asked for because of values around it that are missing. */
  readonly missingContexts: Map<string, readonly MissingContext[]>;
  /** By the names of fields that were not asked for: the fields beside them without which they could not be. */
  readonly needs: Map<string, readonly Need[]>;
  /** For each fetch that gave something its subgraph, where it was asked for the field at a place. */
  readonly askers: ((path: Path) => string | undefined)[];
  /** The data of root fetches. The engine merges everything else into these very objects. */
  readonly roots: JsonObject[];
}

export interface Need {
  readonly path: Path;
  /** Whether what was given for it is why. */
  readonly isReason: boolean;
}

export interface MissingContext {
  /** Where the value should be. */
  readonly around: Path;
  /** The fields that take it, from the entity on, without the indexes of lists. */
  readonly takers: readonly Path[];
}

/** Where the value should be for the lack of which the field was not asked for. */
export function missingAround(missing: FetchJournal['missingContexts'], path: Path): Path | undefined {
  if (missing.size === 0) return undefined;
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const below = path.slice(depth).filter((step) => typeof step === 'string');
    const isTaker = (taker: Path) =>
      taker.every((key, index) => index >= below.length || key === below[index]);
    const found = missing.get(pathName(path.slice(0, depth)))?.find(({ takers }) => takers.some(isTaker));
    if (found !== undefined) return found.around;
  }
  return undefined;
}

export function createJournal(): FetchJournal {
  return {
    failures: [],
    unknownToOwner: new Set(),
    missingContexts: new Map(),
    needs: new Map(),
    askers: [],
    roots: [],
  };
}

/** A path as a key of sets and maps. */
export function pathName(path: Path): string {
  return JSON.stringify(path);
}

/** The unfinished response: all that subgraphs have given so far, before it is shaped for the client. */
export function rawResponse(journal: FetchJournal): JsonObject {
  const merged = new Map<string, unknown>();
  for (const [key, value] of journal.roots.flatMap((root) => Object.entries(root))) {
    // The engine keeps the first object that it saw under a key and merges later ones into it.
    if (!isContainer(merged.get(key))) merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

function isContainer(value: unknown): boolean {
  return Array.isArray(value) || isRecord(value);
}
