/**
 * What a client should read while a subgraph has a fault: each fault in terms of the fields of one schema, by their
 * owners. Knows no gateway.
 */

import { isRecord } from '../../../gateway/base/is-record.ts';
import { unreachable } from '../../../gateway/base/unreachable.ts';
import type { Expected } from './compare-answers.ts';
import { isAmong, type AnswerFault, type Fault, type FieldFault } from './fault.ts';
import type { Effect, Effects, FaultyMonolith } from './faulty-monolith.ts';
import type { GeneratedOperation } from './operation-arbitrary.ts';
import type { FieldName, Leans, Ownership } from './ownership.ts';

export interface TruthParts {
  readonly monolith: FaultyMonolith;
  readonly ownership: Ownership;
  readonly leans: Leans;
  /** Of which it depends on the plan whether their objects are lost with them. */
  readonly blurred: ReadonlySet<FieldName>;
  /** Puts what mutations change back to the start. */
  readonly reset: () => void;
}

interface Effecting {
  readonly least: Effects;
  readonly most: Effects;
}

/** Where a needed field fails, whatever led to its object or needs it may be lost; another may give a key too. */
const everything: Effects = () => 'fails';

const nothing: Effects = () => undefined;

export async function expectedAnswer(
  { monolith, reset, ...parts }: TruthParts,
  operation: GeneratedOperation,
  fault: Fault | undefined,
): Promise<Expected> {
  const isNeeded = fault?.kind === 'field' && fault.isNeeded;
  const { least, most } = effectsOf(fault, parts);
  const ask = (effects: Effects, how: keyof FaultyMonolith = 'ask') => {
    reset();
    return monolith[how](operation, effects);
  };
  const healthy = await ask(nothing);
  const bottom = least === nothing ? healthy : await ask(least);
  const everyFailure = await ask(least, 'askEachField');
  if (most === least) return { healthy, least: bottom, most: bottom, everyFailure, isExact: true, isNeeded };
  const sureFailure = await ask(most, 'askEachField');
  const isExact = JSON.stringify(everyFailure) === JSON.stringify(sureFailure);
  return { healthy, least: bottom, most: await ask(most), everyFailure, isExact, isNeeded };
}

type OwnerParts = Pick<TruthParts, 'ownership' | 'leans' | 'blurred'>;

function effectsOf(fault: Fault | undefined, parts: OwnerParts): Effecting {
  switch (fault?.kind) {
    case undefined:
    case 'extra':
      return { least: nothing, most: nothing };
    case 'field': {
      const effects = fieldEffects(fault);
      return fault.isNeeded ? { least: everything, most: nothing } : { least: effects, most: effects };
    }
    case 'unknown': {
      const lost = parts.ownership.lostFor(fault.subgraph);
      const effects: Effects = (type, field, source) =>
        type === fault.type && lost.has(`${type}.${field}`) && isAmong(fault.share, source)
          ? 'is not read'
          : undefined;
      return { least: effects, most: effects };
    }
    case 'answer':
      return answerEffects(fault, parts);
    default:
      return unreachable(fault);
  }
}

const EFFECTS = {
  error: 'fails',
  'wrong type': 'fails late',
  'left out': 'fails late',
  'wrong item': 'first item fails',
  null: 'is null',
} as const satisfies Record<FieldFault['lie'], Effect>;

function fieldEffects({ lie, types, field, share }: FieldFault): Effects {
  return (type, name, source) => {
    const isHit = name === field && types.includes(type) && isAmong(share, source);
    return isHit && !isUnknown(source, name) ? EFFECTS[lie] : undefined;
  };
}

/** The truth says of which fields their owner does not know the entity; those are never read. */
function isUnknown(source: unknown, field: string): boolean {
  return isRecord(source) && Array.isArray(source['unknown']) && source['unknown'].includes(field);
}

/** A fetch of entities may be one of many, so of that only the worst is known. */
function answerEffects(
  { lie, subgraph, calls }: AnswerFault,
  { ownership, leans, blurred }: OwnerParts,
): Effecting {
  const lost = ownership.lostFor(subgraph);
  const failing =
    (names: ReadonlySet<FieldName>): Effects =>
    (type, field) =>
      names.has(`${type}.${field}`) ? 'fails' : undefined;
  const isSure = calls === 'all' && lie.of === 'answer';
  const sure = new Set([...lost].filter((name) => !blurred.has(name)));
  const least = failing(new Set([...lost, ...ownership.inDangerFor(subgraph, leans)]));
  return { least, most: isSure ? failing(sure) : nothing };
}
