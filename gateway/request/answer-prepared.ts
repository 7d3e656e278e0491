/**
 * The short way for an operation that has gone the long way before: no parsing, no validation, no server library,
 * and the same answer byte for byte. Whatever is out of the ordinary is left to the long way. Knows no HTTP.
 */

import { OperationTypeNode } from 'graphql';

import { ERRORS } from '../../schema/contract/errors.ts';
import type {
  FoundOperation,
  PreparedOperation,
  PreparedOperations,
} from '../execution/prepared-operations.ts';
import { withVariables } from '../base/exact-json.ts';
import { GatewayError } from '../base/gateway-error.ts';
import { isRecord, type JsonObject } from '../base/is-record.ts';
import { writeJson } from '../base/write-json.ts';
import type { Limits } from '../operation/create-limits.ts';
import { chargeCost } from './charge-cost.ts';
import type { DocumentGuard } from './document-plugin.ts';
import type { OperationCosts } from './operation-costs.ts';
import { statusOfKeyRefusal } from './refused-by-key.ts';
import { shapeGatewayError } from './shape-error.ts';
import { shapeFailure } from './shape-failure.ts';
import type { RequestContext } from './request-context.ts';

export interface PreparedText {
  readonly status: number;
  /** JSON. */
  readonly text: string | Buffer;
}

/** Undefined, at once or later, where the request must go the long way; nothing was fetched for it then. */
export type PreparedAnswer = Promise<PreparedText | undefined> | undefined;

const LINE_BREAK = 0x0a;

export interface PreparedParts {
  readonly prepared: PreparedOperations;
  readonly costs: OperationCosts;
  readonly limits: Limits;
  /** Whether the text may be run at all. */
  readonly documents: DocumentGuard;
}

/** `body` is what the client sent, parsed from JSON and trusted in nothing. Throws LIMIT_EXCEEDED. */
export function answerPrepared(
  { prepared, costs, limits, documents }: PreparedParts,
  body: unknown,
  context: RequestContext,
): PreparedAnswer {
  if (!isRecord(body) || !areOrdinary(body['extensions'])) return undefined;
  if (context.reportsCost || context.calls !== undefined) return undefined;
  const { query, operationName = null, variables = null } = body;
  if (typeof query !== 'string' || !isNameOrNull(operationName) || !isRecordOrNull(variables))
    return undefined;
  // A text without the word defers nothing.
  if (context.delivery !== undefined && query.includes('defer')) return undefined;
  // The text has been checked when it went the long way.
  if (variables !== null) limits.checkVariables(variables);
  const found = prepared.find(query, operationName ?? undefined);
  if (found === undefined || isChangeByGet(found.operation, context)) return undefined;
  try {
    documents.hold(query, context.principal);
  } catch (error) {
    return Promise.resolve(refused(error, context));
  }
  const asked = {
    operationName: operationName ?? undefined,
    variables: withValues(variables ?? {}, found),
  };
  if (!costs.allowPrepared(found.operation, found.text, asked, context)) return undefined;
  return runCharged(found, asked.variables, context);
}

function withValues(variables: JsonObject, { values }: FoundOperation): JsonObject {
  return values === undefined ? variables : withVariables(variables, values);
}

function runCharged(found: FoundOperation, variables: JsonObject, context: RequestContext): PreparedAnswer {
  let charging: Promise<void> | undefined;
  try {
    charging = chargeCost(context);
  } catch (error) {
    return Promise.resolve(refused(error, context));
  }
  if (charging === undefined) return runPrepared(found, variables, context);
  return charging.then(
    () => runPrepared(found, variables, context),
    (error: unknown) => refused(error, context),
  );
}

/** As the server library answers it. Throws what is no refusal. */
function refused(error: unknown, { requestId, outcome }: RequestContext): PreparedText {
  if (!(error instanceof GatewayError)) throw error;
  outcome.failed(error.code, error.facts.subgraph);
  const errors = [shapeGatewayError(error, requestId)];
  return { status: ERRORS[error.code].status, text: asLine(writeJson({ errors })) };
}

function runPrepared(
  { operation, hash }: FoundOperation,
  variables: JsonObject,
  context: RequestContext,
): PreparedAnswer {
  const { outcome } = context;
  const beginsAtMs = performance.now();
  const run = operation.begin(variables, context);
  if (run === undefined) return undefined;
  context.keepDocument?.();
  outcome.is({ name: operation.name, type: operation.type, hash });
  outcome.begunShort(beginsAtMs);
  return run.then((result) => {
    if ('passed' in result) return { status: 200, text: inOneLine(result.passed) };
    const { data, failures, stale } = result;
    const extensions = stale === undefined ? {} : { extensions: { stale } };
    // The keys stand in the order in which the server library writes them.
    if (failures.length === 0) return { status: 200, text: asLine(writeJson({ data, ...extensions })) };
    const errors = failures.map((failure) => shapeFailure(failure, context));
    const codes = failures.map(({ code }) => code);
    const status = context.idempotencyKey === undefined ? undefined : statusOfKeyRefusal(data, codes);
    if (status !== undefined) return { status, text: asLine(writeJson({ errors })) };
    return { status: 200, text: asLine(writeJson({ errors, data, ...extensions })) };
  });
}

/** It may have been made ready by a POST. */
function isChangeByGet({ type }: PreparedOperation, { readsOnly }: RequestContext): boolean {
  return readsOnly && type === OperationTypeNode.MUTATION;
}

/** What of them means something here is for the long way. */
function areOrdinary(extensions: unknown): boolean {
  if (extensions === undefined || extensions === null) return true;
  return (
    isRecord(extensions) &&
    extensions['idempotencyKey'] === undefined &&
    extensions['persistedQuery'] === undefined
  );
}

/** A text of that length is encoded here: to be put behind the head of the response it would be copied twice. */
const LONG_CHARACTERS = 16_384;

function asLine(text: string): string | Buffer {
  if (text.length < LONG_CHARACTERS) return `${text}\n`;
  const length = Buffer.byteLength(text);
  const line = Buffer.allocUnsafeSlow(length + 1);
  line.write(text);
  line[length] = LINE_BREAK;
  return line;
}

const SHORT_BYTES = 4_096;

function inOneLine(bytes: Buffer): string | Buffer {
  // A short text goes out in one piece with the head of the response.
  if (bytes.length < SHORT_BYTES) return `${bytes.toString()}${bytes.at(-1) === LINE_BREAK ? '' : '\n'}`;
  if (bytes.at(-1) === LINE_BREAK) return bytes;
  const { buffer, byteOffset, length } = bytes;
  // Alone in its memory, with a byte to spare: nobody else's is written over.
  if (byteOffset > 0 || buffer.byteLength !== length + 1)
    return Buffer.concat([bytes, Buffer.of(LINE_BREAK)]);
  const line = Buffer.from(buffer);
  line[length] = LINE_BREAK;
  return line;
}

function isNameOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isRecordOrNull(value: unknown): value is JsonObject | null {
  return value === null || isRecord(value);
}
