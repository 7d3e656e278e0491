/**
 * Operations that are answered in parts: planned and compiled once for each set of fragments that a client's
 * variables defer, then only run. What cannot be deferred is left to come whole. Knows no HTTP and no format.
 */

import { print, type DirectiveNode, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';

import type { Access } from '../access/create-access.ts';
import type { JsonObject } from '../base/is-record.ts';
import type { DecideOverrides } from '../planning/decide-overrides.ts';
import { withConditions } from '../planning/fixed-conditions.ts';
import { ownDocument } from '../planning/own-document.ts';
import type { Planning } from '../planning/start-planning.ts';
import { describeError, type Logger } from '../telemetry/create-logger.ts';
import type { SubgraphClient } from '../upstream/subgraph-client.ts';
import type { OperationResult } from './compile-operation.ts';
import { NotCompilable } from './compile-plan.ts';
import { defersIn } from './defer-directive.ts';
import { deferKey, deferredDocument } from './defer-document.ts';
import type { DeferrableCall } from './deferred-answer.ts';
import type { SchemaFor } from './compile-introspection.ts';
import { compileDeferred, type DeferredOperation } from './deferred-operation.ts';
import { inTime } from './in-time.ts';
import type { OperationTraits, Preparer } from './operation-cache.ts';
import type { AskedOperation } from './prepared-operations.ts';
import { weighOperation } from './weigh-operation.ts';

export interface DeferringParts {
  readonly planning: Planning;
  readonly supergraphSchema: GraphQLSchema;
  readonly introspected: SchemaFor;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly traitsOf: Preparer['traitsOf'];
  readonly decide: DecideOverrides;
  readonly access: Pick<Access, 'unmetBy'>;
  readonly log: Logger;
}

export interface DeferringRequest extends AskedOperation {
  readonly variables: JsonObject;
  readonly call: DeferrableCall;
}

/** Leaves the later parts at the call's delivery; undefined, and nothing fetched, where the answer comes whole. */
export type AnswerInParts = (request: DeferringRequest) => Promise<OperationResult | undefined>;

const CACHE_BYTES = 8 * 1024 * 1024;
const TRAITS_BYTES = 4 * 1024 * 1024;
/** What an operation weighs that is answered whole. */
const BYTES_OF_NONE = 1_000;

interface Prepared {
  /** Undefined where the operation is answered whole. */
  readonly operation: DeferredOperation | undefined;
  /** Undefined where it may be otherwise another time. */
  readonly bytes: number | undefined;
}

/** What holds for an operation whatever its variables are. */
interface DeferTraits extends OperationTraits, Pick<AskedOperation, 'document'> {
  /** Of all that it may defer. */
  readonly defers: readonly DirectiveNode[];
}

export function createAnswerInParts(parts: DeferringParts): AnswerInParts {
  const cache = new LRUCache<string, Prepared>({ maxSize: CACHE_BYTES });
  const running = new Map<string, Promise<Prepared>>();

  async function prepare(key: string, request: DeferringRequest, decisions: Decisions): Promise<Prepared> {
    try {
      const prepared = await prepareDeferred(parts, request, decisions);
      if (prepared.bytes !== undefined) cache.set(key, prepared, { size: prepared.bytes + 2 * key.length });
      return prepared;
    } finally {
      running.delete(key);
    }
  }

  const traitsOf = createTraits(parts);
  return async (given) => {
    const { variables, call, operationName, text } = given;
    const { delivery } = call;
    const traits = delivery === undefined ? undefined : traitsOf(given);
    if (delivery === undefined || traits === undefined) return undefined;
    const { document, defers, conditions, loose, demands, labels, coerce } = traits;
    const { coerced } = coerce(variables);
    // Where a variable does not fit, whoever answers whole says what is wrong.
    const fragments = coerced === undefined ? undefined : deferKey(defers, coerced);
    if (coerced === undefined || fragments === undefined) return undefined;
    // Nor are fields deferred that are wrong by themselves.
    if (loose.some((name) => coerced[name] === null)) return undefined;
    // What is refused is left out before anything is planned, which is done for answers that come whole.
    if (parts.access.unmetBy(call.principal, demands).length > 0) return undefined;
    const overrides = parts.decide(call, labels);
    const chosen = conditions.map((name) => String(coerced[name]));
    const key = [operationName ?? '', fragments, ...chosen, ...overrides, text].join(' ');
    const decisions = { coerced, overrides };
    const underWay = running.get(key) ?? cache.get(key) ?? prepare(key, { ...given, document }, decisions);
    if (underWay instanceof Promise) running.set(key, underWay);
    const { operation } = await inTime(underWay, call);
    const answer = await operation?.begin({ variables, call, repeats: delivery.repeats });
    if (answer !== undefined && answer.pending.length > 0) delivery.answer = answer;
    return answer?.initial;
  };
}

/** Kept by the text; undefined for an operation of which nothing can be deferred, whatever its client takes. */
function createTraits({ traitsOf }: DeferringParts): (asked: AskedOperation) => DeferTraits | undefined {
  const cache = new LRUCache<string, DeferTraits>({ maxSize: TRAITS_BYTES });
  return (asked) => {
    const { operationName, text } = asked;
    const key = `${operationName ?? ''} ${text}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const document = ownDocument(asked.document, operationName);
    const defers = defersIn(document);
    if (defers.length === 0) return undefined;
    const traits = { ...traitsOf({ ...asked, document }), document, defers };
    const size = weighOperation({ document, planCharacters: 0, codeCharacters: 0 }) + 2 * key.length;
    cache.set(key, traits, { size });
    return traits;
  };
}

interface Decisions {
  readonly coerced: JsonObject;
  readonly overrides: readonly string[];
}

async function prepareDeferred(
  { planning, supergraphSchema, introspected, clients, log }: DeferringParts,
  { document, operationName }: DeferringRequest,
  { coerced, overrides }: Decisions,
): Promise<Prepared> {
  const deferred = deferredDocument(document, operationName, coerced);
  if (deferred === undefined) return { operation: undefined, bytes: BYTES_OF_NONE };
  const { apiSchema } = planning;
  const { fragments, document: named } = deferred;
  try {
    const asked = withConditions({ document: named, text: print(named) }, coerced);
    const planned = await planning.plan({ ...asked, operationName, overrides });
    const schemas = { apiSchema, supergraphSchema, introspected };
    const operation = compileDeferred({ ...planned, ...schemas, fragments, operationName, clients });
    return { operation, bytes: weighOperation({ ...planned, codeCharacters: 0 }) };
  } catch (error) {
    // Without the directive the operation may well be planned; if not, that is said then.
    log.warn({ cause: describeError(error), operationName }, 'deferred operation is answered whole');
    const isForGood = error instanceof NotCompilable;
    return { operation: undefined, bytes: isForGood ? BYTES_OF_NONE : undefined };
  }
}
