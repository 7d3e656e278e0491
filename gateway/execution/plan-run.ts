/**
 * One run of a plan: the unfinished response, and what each fetch was asked and answered. Written by the steps,
 * read when the answer is made. Knows no schema.
 */

import type { FetchNode } from '@apollo/query-planner';

import { variablesAsWritten } from '../base/exact-json.ts';
import type { JsonObject } from '../base/is-record.ts';
import type { RawAnswer } from '../upstream/read-answer.ts';
import type {
  CallContext,
  SharedCalls,
  SubgraphAnswer,
  SubgraphClient,
} from '../upstream/subgraph-client.ts';
import type { MissingValue } from './context-values.ts';
import { EntityQueue } from './entity-queue.ts';
import type { FieldFailure } from './fetch-journal.ts';
import type { Data } from './own-property.ts';
import type { FetchOutcome } from './read-fetch.ts';

/** A fetch that was made, with all that is needed to say afterwards what went wrong in it. */
export interface FetchRecord {
  readonly node: FetchNode;
  /** Where its objects stand in the response, as `pathSteps` has it. */
  readonly path: readonly string[];
  /** The representations as they were sent; undefined for a fetch of root fields. */
  readonly representations: readonly JsonObject[] | undefined;
  /** For each representation the objects that it stands for. */
  readonly targets: readonly (readonly Data[])[];
  readonly answer: SubgraphAnswer;
  /** What became of it, where that had to be looked at already. */
  readonly outcome: FetchOutcome | undefined;
}

/** A value from around an entity that a fetch could not read. */
export interface WithoutContext extends MissingValue {
  readonly node: FetchNode;
  /** Where the entity stands in the response, as `pathSteps` has it. */
  readonly path: readonly string[];
}

export interface Unasked {
  readonly node: FetchNode;
  /** Where its objects stand in the response, as `pathSteps` has it. */
  readonly path: readonly string[];
  readonly entities: readonly Data[];
}

export interface PlanRun {
  readonly root: Data;
  /** As the client sent them; subgraphs get these. */
  readonly variables: JsonObject;
  readonly call: CallContext;
  readonly fetches: FetchRecord[];
  /** By subgraph. */
  readonly sharedCalls: Map<string, SharedCalls>;
  /** By subgraph. */
  readonly entityQueues: Map<string, EntityQueue>;
  /** Fields of these were not asked for because what they take from an object around is missing. */
  readonly withoutContext: WithoutContext[];
  /** Entities of which a fetch did not get what it needs, or which are not of its types. */
  readonly unasked: Unasked[];
  /** A number for each set of values that fetches have read around their entities. */
  readonly contextNumbers: Map<string, number>;
  /** In the clock of `performance.now()`. */
  readonly startedAt: number;
  hasFailed: boolean;
  /** What of the schema itself could not be told. */
  readonly introspectionFailures: FieldFailure[];
  /** Whether no more changes are made, and the names of those that were not. */
  isOver: boolean;
  readonly unmade: string[];
  /** The names of changes that were made since `isLost` was asked. */
  readonly made: string[];
  /** Whether what these have led to so far leaves the answer without data; left out where that is not to be asked. */
  readonly isLost: ((root: Data, changes: readonly string[]) => boolean) | undefined;
  /** Whether the asker takes the bytes of a subgraph's answer as they are, and those bytes. */
  readonly mayPass: boolean;
  /** Whether numbers in answers keep all their digits. */
  readonly readsExactly: boolean;
  passed: Buffer | undefined;
  /** What the source of a subscription gave; undefined for any other operation. */
  readonly event: SubgraphAnswer | undefined;
  /** Called with the ids of fetches for which others wait. */
  readonly onFetched?: (id: string) => void;
}

export function beginRun(
  asked: Pick<PlanRun, 'variables' | 'call' | 'mayPass' | 'readsExactly'> & {
    readonly event?: SubgraphAnswer | undefined;
    readonly isLost?: PlanRun['isLost'];
  },
): PlanRun {
  // Written out: V8 copies what is spread key by key.
  return {
    event: asked.event,
    call: asked.call,
    mayPass: asked.mayPass,
    readsExactly: asked.readsExactly,
    isLost: asked.isLost,
    variables: variablesAsWritten(asked.variables),
    root: {},
    fetches: [],
    sharedCalls: new Map(),
    entityQueues: new Map(),
    withoutContext: [],
    unasked: [],
    contextNumbers: new Map(),
    startedAt: performance.now(),
    hasFailed: false,
    introspectionFailures: [],
    isOver: false,
    unmade: [],
    made: [],
    passed: undefined,
  };
}

export function sharedCallsOf({ sharedCalls }: PlanRun, { name }: SubgraphClient): SharedCalls {
  const calls: SharedCalls = sharedCalls.get(name) ?? new Map<string, Promise<RawAnswer>>();
  sharedCalls.set(name, calls);
  return calls;
}

/** What was answered before a change may not be so after it. */
export function noteChange(run: PlanRun, keys: readonly string[], isLast: boolean): void {
  for (const calls of run.sharedCalls.values()) calls.clear();
  run.made.push(...keys);
  if (isLast) run.isOver = true;
}

/** Whether another change may be made: nobody would see what it did where the answer has no data. */
export function mayChange(run: PlanRun): boolean {
  if (run.hasFailed && run.isLost?.(run.root, run.made.splice(0)) === true) run.isOver = true;
  return !run.isOver;
}

export function entityQueueOf(run: PlanRun, client: SubgraphClient): EntityQueue {
  const known = run.entityQueues.get(client.name);
  if (known !== undefined) return known;
  const { readsExactly } = run;
  const shared = sharedCallsOf(run, client);
  const queue = new EntityQueue(run.startedAt, (body) =>
    client.ask(body, run.call, { shared, readsExactly }),
  );
  run.entityQueues.set(client.name, queue);
  return queue;
}
