/**
 * A federation that nobody has written, in the shape in which executors are compared over those that somebody has.
 */

import type { FakeSubgraph } from '../../kit/fake-subgraph.ts';
import type { FederationSetup } from '../kit/federation.ts';
import type { Leans } from '../differential/ownership.ts';
import { withDirectives } from '../differential/directive-writer.ts';
import type { OperationChoices } from '../differential/operation-arbitrary.ts';
import { disguise } from './disguise.ts';
import { dress } from './dress.ts';
import { draftModel } from './draft-model.ts';
import { guard, type Guard } from './guard.ts';
import { truthOf } from './see-model.ts';
import { serveModel } from './serve-model.ts';
import { DRAWN, type Key, type Model } from './model.ts';
import { WISHES } from './wishes.ts';

interface GeneratedFederation extends FederationSetup, OperationChoices {
  readonly name: string;
  readonly leans: Leans;
  readonly hasIds: boolean;
  /** Puts what mutations change back to the start. */
  readonly reset: () => void;
}

export function generateFederation(seed: number): GeneratedFederation {
  const model = draftModel(seed);
  return federationOf(model, seed, dress(serveModel(model), model, seed));
}

/** The same with rules that nobody meets who has no scopes. */
export function generateGuarded(seed: number): GeneratedFederation & Pick<Guard, 'isRefused'> {
  const model = draftModel(seed);
  const { subgraphs, isRefused } = guard(dress(serveModel(model), model, seed), model, seed);
  return { ...federationOf(model, seed, subgraphs), isRefused };
}

function federationOf(model: Model, seed: number, subgraphs: readonly FakeSubgraph[]): GeneratedFederation {
  return {
    name: `federation ${seed}`,
    subgraphs: disguise(seed % 2 === 0 ? withDirectives(subgraphs) : subgraphs, seed),
    truth: truthOf(model),
    values: { nr: [0, 1, 2, 9], n: [1, 2], of: WISHES },
    isHarmless: isStricterSomewhere(model),
    overrides: { labels: [], random: () => DRAWN },
    reset: () => {
      if (model.turns !== undefined) model.turns.taken = 0;
    },
    leans: isSure(model) ? {} : leaningOnAll(model),
    hasIds: keysIn(model).every((keys) => keys.some(({ fieldSet }) => fieldSet === 'id')),
  };
}

/** Whether a field may not be null in one subgraph and may in another: then more or less is lost with what fails. */
function isStricterSomewhere({ entities, boxes }: Model): boolean {
  const fields = [...entities, ...boxes].flatMap((each) => [...each.fields]);
  return (
    fields.some(({ wider }) => wider !== undefined) || entities.some(({ sharedAs }) => sharedAs.size > 0)
  );
}

/** By which each subgraph knows each entity. */
function keysIn({ entities, abstracts }: Model): readonly (readonly Key[])[] {
  const homes = entities.flatMap((each) => [...each.homes.values()]);
  const standIns = abstracts.flatMap((each) => each.standIns);
  return [...homes.map(({ keys }) => keys), ...standIns.map(({ key }) => [key])];
}

/** Whether it does not depend on the plan whom a field is asked of, nor by which key. */
function isSure({ entities, abstracts }: Model): boolean {
  return (
    abstracts.every(({ standIns }) => standIns.length === 0) &&
    entities.every(({ fields, homes, sharedBy }) => {
      const keys = [...homes.values()].map((home) => home.keys.map(({ fieldSet }) => fieldSet).join());
      const isOnes = fields.every(({ owners, moves }) => owners.length === 1 && moves?.percent === undefined);
      return isOnes && sharedBy.length === 0 && new Set(keys).size === 1;
    })
  );
}

function leaningOnAll({ subgraphs }: Model): Leans {
  return Object.fromEntries(subgraphs.map((name) => [name, subgraphs.filter((each) => each !== name)]));
}
