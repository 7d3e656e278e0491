/**
 * Writes the parts of one answer: cuts each out of what the subgraphs gave, once its fetches have come, and finds the
 * deferred fragments that hang on it. Remembers what the client has. Knows no format and no transport.
 */

import { isInterfaceType, Kind, type GraphQLSchema } from 'graphql';

import { isRecord } from '../base/is-record.ts';
import { clientKey, clientPath } from '../planning/planned-names.ts';
import { describeError } from '../telemetry/create-logger.ts';
import type { Path } from '../upstream/subgraph-error.ts';
import type { HangingOn } from './collect-deferred.ts';
import type { OccurrencesOf } from './collect-occurrences.ts';
import { withClientPath } from './compile-operation.ts';
import { copyOfObject } from './copy-of.ts';
import type { LaterRun } from './defer-schedule.ts';
import type { DeferredAnswer, FinishedPart, LaterPayload, PendingPart } from './deferred-answer.ts';
import type { ExplainedPart, PartExplainer } from './explain-parts.ts';
import { pathName, type FieldFailure } from './fetch-journal.ts';
import { takeAway } from './lost-objects.ts';
import { mergeData } from './merge-data.ts';
import { getOwn, valueAt, type Data } from './own-property.ts';
import { PartGates, type Gate } from './part-gates.ts';
import type { PlanRun } from './plan-run.ts';
import type { Selection } from './selection.ts';
import { shapeAddition, shapeWhole, type Patch } from './shape-part.ts';
import {
  completeObject,
  NULL_SPREADS,
  objectTypeOf,
  type ShapedObject,
  type Shaping,
} from './shape-response.ts';

export interface PartWriterParts {
  readonly schema: GraphQLSchema;
  readonly run: PlanRun;
  /** Of the whole operation, without what is deferred. */
  readonly selection: Selection;
  readonly explainer: PartExplainer;
  readonly later: ReadonlyMap<string, LaterRun>;
  /** Answers what is asked of the schema itself. */
  readonly introspect: ((run: PlanRun) => void) | undefined;
  /** Both keep what they find as long as the operation is kept. */
  readonly occurrencesOf: OccurrencesOf;
  readonly hangingOn: HangingOn;
  /** Whether parts repeat what the client has. */
  readonly repeats: boolean;
}

/** A part that the client waits for. */
interface WaitingPart {
  readonly part: PendingPart;
  /** What the fragment selects of its object. */
  readonly object: ShapedObject;
  readonly gate: Gate;
  /** Whether the client has lost the object since. */
  isLost: boolean;
}

interface ShapedPart {
  readonly waiting: WaitingPart;
  /** Undefined where a null has spread over the part. */
  readonly patches: readonly Patch[] | undefined;
  readonly objects: readonly ShapedObject[];
  readonly nulls: Nulls;
}

type Nulls = Pick<ExplainedPart, 'missing' | 'broken' | 'given'>;

/** What the client has got is named already. */
const NO_NAMES: ReadonlySet<string> = new Set();

export class PartWriter {
  readonly #parts: PartWriterParts;
  readonly #gates: PartGates;
  /** What the client has, in its names. */
  #sent: Data = {};
  #waiting: WaitingPart[] = [];
  #nextId = 0;
  readonly #toldOfSchema = new Set<string>();

  constructor(parts: PartWriterParts) {
    this.#parts = parts;
    this.#gates = new PartGates(parts.later, parts.explainer);
  }

  begin({ type, sets }: Pick<ShapedObject, 'type' | 'sets'>): DeferredAnswer {
    const { run, selection, explainer, introspect } = this.#parts;
    introspect?.(run);
    const { shaping, objects, nulls } = this.#newShaping();
    const shaped = completeObject(shaping, type, sets, { value: run.root, path: [] });
    // Reason for the cast: an object is completed to an object, or its null spreads.
    const data = shaped === NULL_SPREADS ? null : (shaped as Data);
    if (data !== null) this.#sent = copyOfObject(data);
    const pending = data === null ? [] : this.#hangOn(objects);
    explainer.add(run);
    const [failures = []] = explainer.explain(
      [{ at: [], selection, ...this.#there(nulls, data === null) }],
      data,
    );
    const told = [...failures, ...this.#untoldOfSchema([])].map(withClientPath);
    return { initial: { data, failures: told }, pending, later: this.#later() };
  }

  async *#later(): AsyncGenerator<LaterPayload> {
    while (this.#waiting.length > 0) {
      const gates = new Set(this.#waiting.map(({ gate }) => gate));
      await Promise.race([...gates].map(({ opened }) => opened));
      const { ready = [], others = [] } = Object.groupBy(this.#waiting, ({ gate }) =>
        gate.isOpen ? 'ready' : 'others',
      );
      this.#waiting = others;
      yield this.#finish(ready);
    }
  }

  #finish(ready: readonly WaitingPart[]): LaterPayload {
    // The plan asks for something else in the place of introspection, and that may have come just now.
    this.#parts.introspect?.(this.#parts.run);
    // One that is shaped may take away the object of another.
    const shaped = ready.flatMap((waiting) => (waiting.isLost ? [] : [this.#shape(waiting, ready)]));
    this.#waiting = this.#waiting.filter(({ isLost }) => !isLost);
    const pending = this.#hangOn(shaped.flatMap(({ patches, objects }) => (patches ? objects : [])));
    const failures = this.#parts.explainer.explain(
      shaped.map((part) => this.#explained(part)),
      this.#sent,
    );
    const finished = shaped.map((part, index) => this.#finished(part, failures[index] ?? []));
    return { pending, finished, hasNext: this.#waiting.length > 0 };
  }

  #shape(waiting: WaitingPart, ready: readonly WaitingPart[]): ShapedPart {
    const { gate } = waiting;
    const { shaping, ...noted } = this.#newShaping();
    const object = withTypeOfNow(shaping, waiting.object);
    if (gate.fault !== undefined || object === undefined) return { waiting, patches: undefined, ...noted };
    const shape = this.#parts.repeats ? shapeWhole : shapeAddition;
    const patches = shape(shaping, object, this.#objectAt(object.path) ?? {});
    // Before the next part is looked at, for that brings only what this one does not.
    for (const { path, data } of patches ?? []) {
      const present = this.#objectAt(path) ?? {};
      for (const lost of takeAway(present, data, clientPath(path))) this.#lose(lost, ready);
      mergeData(present, copyOfObject(data), NO_NAMES);
    }
    return { waiting, patches, ...noted };
  }

  /** No part comes for an object that the client has lost, nor for one below it. */
  #lose(lost: Path, ready: readonly WaitingPart[]): void {
    for (const waiting of [...ready, ...this.#waiting]) {
      const { path } = waiting.part;
      if (lost.every((key, index) => path[index] === key)) waiting.isLost = true;
    }
  }

  #explained({ waiting, patches, nulls }: ShapedPart): ExplainedPart {
    const { sets, path } = waiting.object;
    const root = { kind: Kind.SELECTION_SET, selections: sets.flatMap(({ set }) => set.selections) } as const;
    return {
      at: path,
      selection: { ...this.#parts.selection, root },
      ...this.#there(nulls, patches === undefined),
    };
  }

  #finished({ waiting, patches }: ShapedPart, failures: readonly FieldFailure[]): FinishedPart {
    const { part, gate } = waiting;
    if (gate.fault !== undefined) {
      this.#parts.run.call.log.error(
        { cause: describeError(gate.fault) },
        'request failed inside the gateway',
      );
      return { part, patches: undefined, failures: [{ code: 'INTERNAL', facts: {}, path: part.path }] };
    }
    return {
      part,
      patches: patches?.map(({ path, data }) => ({ path: clientPath(path), data })),
      failures: [...failures, ...this.#untoldOfSchema(waiting.object.path)].map(withClientPath),
    };
  }

  /** What of the schema could not be told, of an object that the client has got just now, or below it. */
  #untoldOfSchema(at: Path): readonly FieldFailure[] {
    const found = this.#parts.run.introspectionFailures.filter(
      ({ path }) =>
        at.every((key, index) => path[index] === key) &&
        valueAt(this.#sent, clientPath(path)) === null &&
        !this.#toldOfSchema.has(pathName(path)),
    );
    for (const { path } of found) this.#toldOfSchema.add(pathName(path));
    return found;
  }

  /** Notes the deferred fragments of the objects as parts to come. */
  #hangOn(objects: readonly ShapedObject[]): readonly PendingPart[] {
    const waiting = objects.flatMap((object) => this.#partsOf(object));
    this.#waiting.push(...waiting);
    return waiting.map(({ part }) => part);
  }

  #partsOf({ type, sets, value, path }: ShapedObject): readonly WaitingPart[] {
    const hanging = this.#parts.hangingOn(type, sets);
    if (hanging.length === 0 || this.#objectAt(path) === undefined) return [];
    return hanging.map(({ names, label, sets: own }): WaitingPart => {
      const part = { id: String(this.#nextId++), path: clientPath(path), label };
      return {
        part,
        object: { type, sets: own, value, path },
        gate: this.#gates.gateOf(names),
        isLost: false,
      };
    });
  }

  /** Those whose object the client has got; none where a null has spread over all. */
  #there({ missing, given, broken }: Nulls, isLost: boolean): Nulls & Pick<ExplainedPart, 'isLost'> {
    const isThere = (path: Path) => !isLost && this.#objectAt(objectOf(path)) !== undefined;
    return { missing: missing.filter(isThere), given: given.filter(isThere), broken, isLost };
  }

  /** What the client has there; the path is in the names of the plan. */
  #objectAt(path: Path): Data | undefined {
    let value: unknown = this.#sent;
    for (const key of clientPath(path)) {
      if (Array.isArray(value)) value = value[Number(key)];
      else value = isRecord(value) ? getOwn(value, String(key)) : undefined;
    }
    return isRecord(value) ? value : undefined;
  }

  #newShaping() {
    const objects: ShapedObject[] = [];
    const nulls: Record<keyof Nulls, Path[]> = { missing: [], broken: [], given: [] };
    const shaping: Shaping = {
      schema: this.#parts.schema,
      occurrencesOf: this.#parts.occurrencesOf,
      nameOf: clientKey,
      ...nulls,
      onObject: (object) => void objects.push(object),
    };
    return { shaping, objects, nulls };
  }
}

/**
 * When the part before was written, perhaps nobody had told more than an interface. Undefined where nobody has since, and
 * what the part selects hangs on it.
 */
function withTypeOfNow(shaping: Shaping, object: ShapedObject): ShapedObject | undefined {
  if (!isInterfaceType(object.type)) return object;
  const type = objectTypeOf(shaping, object.type, object.sets, object.value);
  if (type === undefined) shaping.broken.push(object.path);
  return type && { ...object, type };
}

/** Of the field that has the value, perhaps in lists. */
function objectOf(path: Path): Path {
  return path.slice(
    0,
    path.findLastIndex((step) => typeof step === 'string'),
  );
}
