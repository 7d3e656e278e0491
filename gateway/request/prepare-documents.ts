/**
 * Trusted documents made ready for one snapshot before anybody asks them: each is checked against its schema, then
 * planned and compiled, one after another, as long as there is time. Knows no file and no request.
 */

import { Kind, OperationTypeNode, type DocumentNode } from 'graphql';

import { ROLES, scopesOfRoles, type Principal, ANONYMOUS } from '../../schema/contract/principal.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { inTurns } from '../base/in-turns.ts';
import type { AskedOperation } from '../execution/prepared-operations.ts';
import type { Limits } from '../operation/create-limits.ts';
import type { TrustedDocument } from '../operation/document-list.ts';
import { checkDocument, wordsOf } from './check-document.ts';
import type { Snapshot } from './snapshot.ts';

export interface DocumentProblem {
  readonly id: string;
  readonly problems: readonly string[];
}

export interface PreparedDocuments {
  /** Of documents that cannot be run under this schema. */
  readonly problems: readonly DocumentProblem[];
  /** Operations that are ready. */
  readonly prepared: number;
  /** False where the time was over before all were ready; the rest is prepared when it is asked. */
  readonly isComplete: boolean;
}

export interface Preparing {
  readonly documents: readonly TrustedDocument[];
  readonly limits: Limits;
  /** In the clock of `performance.now()`. */
  readonly deadlineMs: number;
  /** Whether nobody will need it any more. */
  readonly isInVain: () => boolean;
}

interface Preparable {
  readonly id: string;
  readonly operation: AskedOperation;
}

/** What an operation becomes depends on who asks; these are known beforehand. */
const EXPECTED: readonly Principal[] = [
  ANONYMOUS,
  ...Object.keys(ROLES).map((role) => ({ subject: role, roles: [role], scopes: scopesOfRoles([role]) })),
];

export async function prepareDocuments(snapshot: Snapshot, preparing: Preparing): Promise<PreparedDocuments> {
  const { problems, operations } = await checkAll(snapshot, preparing);
  const isOver = () => preparing.isInVain() || performance.now() > preparing.deadlineMs;
  const ready = new Set<Preparable>();
  // Everybody's first, then what differs by role: if the time is short, each document has something.
  for (const principals of [[], EXPECTED]) {
    for await (const each of inTurns(operations)) {
      if (isOver()) return { problems, prepared: ready.size, isComplete: false };
      const problem = await prepareOne(snapshot, each, principals);
      if (problem === undefined) ready.add(each);
      else if (principals.length === 0) problems.push(problem);
    }
  }
  return { problems, prepared: ready.size, isComplete: true };
}

async function checkAll({ apiSchema }: Snapshot, { documents, limits }: Preparing) {
  const problems: DocumentProblem[] = [];
  const operations: Preparable[] = [];
  for await (const { id, text, soleName } of inTurns(documents)) {
    const checked = checkDocument(text, apiSchema, limits);
    if (checked.kind === 'invalid') problems.push({ id, problems: checked.problems });
    else
      operations.push(
        ...operationsOf(checked.document, text, soleName).map((operation) => ({ id, operation })),
      );
  }
  return { problems, operations };
}

/** A document's only operation is asked without its name. Events are not planned like answers. */
function operationsOf(
  document: DocumentNode,
  text: string,
  soleName: string | undefined,
): readonly AskedOperation[] {
  return document.definitions
    .filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    .filter(({ operation }) => operation !== OperationTypeNode.SUBSCRIPTION)
    .map(({ name }) => ({
      document,
      text,
      operationName: name?.value === soleName ? undefined : name?.value,
    }));
}

async function prepareOne(
  { prepared }: Snapshot,
  { id, operation }: Preparable,
  principals: readonly Principal[],
): Promise<DocumentProblem | undefined> {
  try {
    await prepared?.prepare(operation, principals);
    return undefined;
  } catch (error) {
    const cause = error instanceof Error && 'originalError' in error ? error.originalError : error;
    if (cause instanceof GatewayError) return { id, problems: [wordsOf(cause)] };
    throw error;
  }
}
