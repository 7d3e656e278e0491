/**
 * The operations that an engine keeps ready, as the rest of the gateway sees them. Knows not how they are kept.
 */

import type { DocumentNode, OperationTypeNode } from 'graphql';

import type { Principal } from '../../schema/contract/principal.ts';
import type { JsonObject } from '../base/is-record.ts';
import type { CallContext } from '../upstream/subgraph-client.ts';
import type { OperationResult, PassedResult } from './compile-operation.ts';

/** Operations that have been validated and compiled already, by the text that clients send. */
export interface PreparedOperations {
  readonly find: (text: string, operationName: string | undefined) => FoundOperation | undefined;
  /** Those found most often, most often first. */
  readonly mostUsed: (count: number) => readonly UsedOperation[];
  /** For metrics. */
  readonly size: () => CacheSize;
  /** Prepares what was used elsewhere. False, and nothing is kept, where it does not fit this schema. */
  readonly warm: (operation: UsedOperation) => Promise<boolean>;
  /**
   * Prepares an operation that will be asked: for somebody who may see everything, and for each of the principals.
   * Rejects with why it cannot be planned.
   */
  readonly prepare: (operation: AskedOperation, principals: readonly Principal[]) => Promise<void>;
}

export interface CacheSize {
  readonly operations: number;
  readonly plans: number;
  readonly bytes: number;
}

export interface UsedOperation {
  readonly text: string;
  readonly operationName: string | undefined;
  /** The choices for which it is prepared. */
  readonly variants: readonly Variant[];
}

export interface PreparedOperation {
  readonly name: string | undefined;
  readonly type: OperationTypeNode;
  /** The SHA-256 of its text, in hexadecimal. */
  readonly hash: string;
  /** Undefined, and nothing fetched, where the long way must be gone: it says what is wrong with variables, and it
   * plans for choices that are new. */
  readonly begin: (
    variables: JsonObject,
    call: CallContext,
  ) => Promise<OperationResult | PassedResult> | undefined;
}

/** The operation of a text, or one that stands for it and for others that have other values in them. */
export interface FoundOperation {
  readonly operation: PreparedOperation;
  /** The operation's own. */
  readonly text: string;
  /** The SHA-256 of the text that was looked for, in hexadecimal. */
  readonly hash: string;
  /** Of the variables that stand for what is written in that text; undefined where none do. */
  readonly values?: JsonObject;
}

export interface AskedOperation {
  readonly text: string;
  /** The text, parsed; valid. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
}

/** For which choices an operation is prepared. */
export interface Variant {
  /** The labels that are on. */
  readonly overrides: readonly string[];
  /** The demands that whoever asks does not meet. */
  readonly unmet: readonly string[];
  /** Coerced; only conditions count, and nulls that are wrong somewhere. */
  readonly variables: JsonObject;
}
