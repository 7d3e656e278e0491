/**
 * One supergraph whose subgraphs can be made faulty, and what each executor answers to an operation then. Judges; it
 * knows no test runner and counts nothing.
 */

import { parse, type GraphQLSchema } from 'graphql';

import { inUse } from '../../../gateway/execution/generate-code.ts';
import { asWritten } from '../../../gateway/execution/repeated-patterns.ts';
import { ERRORS } from '../../../schema/contract/errors.ts';
import type { Answer } from '../kit/answer.ts';
import { federate, type Federation, type FederationSetup } from '../kit/federation.ts';
import { blurredFields } from './blurred-fields.ts';
import { fieldFaultFor, knownByKey, subgraphFaultFor, type Draw } from './choose-faults.ts';
import { differencesOf, type Difference, type Expected } from './compare-answers.ts';
import { expectedAnswer, type TruthParts } from './expected-answers.ts';
import { describeFault, type Fault } from './fault.ts';
import { faultyMonolith } from './faulty-monolith.ts';
import { faulty, faultSwitch, type FaultSwitch } from './faulty-subgraph.ts';
import type { GeneratedOperation } from './operation-arbitrary.ts';
import { ownershipOf, type Leans } from './ownership.ts';

export interface TrialSetup extends FederationSetup {
  readonly leans?: Leans;
  readonly hasIds?: boolean;
  readonly reset?: () => void;
  readonly hasFaults?: boolean;
  /** Whether no other executor is asked; there are operations that some never end planning. */
  readonly isAlone?: boolean;
}

export interface ExecutorVerdict {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fault: string;
  readonly answer: Answer | string;
  readonly expected: Expected;
  readonly differences: readonly (Difference | 'refused')[];
}

export interface Verdict {
  readonly fault: Fault | undefined;
  readonly isExact: boolean;
  readonly compiled: ExecutorVerdict;
  readonly apollo?: ExecutorVerdict;
  readonly bareApollo?: ExecutorVerdict;
}

export interface Trial {
  readonly apiSchema: GraphQLSchema;
  /** Of the operation without a fault, with one of a field and with one of a subgraph. */
  readonly judge: (operation: GeneratedOperation) => Promise<readonly Verdict[]>;
  readonly leftToApollo: readonly string[];
  /** Operations of which nothing is judged, for they could not be planned in time. */
  readonly tooLong: readonly string[];
}

export async function startTrial(setup: TrialSetup): Promise<Trial> {
  const { truth = {}, leans = {}, hasIds = true, reset = () => undefined, isAlone = false } = setup;
  const faults = faultSwitch(setup.subgraphs);
  const subgraphs = setup.subgraphs.map((subgraph) => faulty(subgraph, faults));
  const federation = await federate({
    ...setup,
    subgraphs,
    isRefusing: (name) => listensNoMore(faults, name),
  });
  const { apiSchema, supergraphSdl } = federation;
  const ownership = ownershipOf(supergraphSdl);
  const blurred = blurredFields(apiSchema, supergraphSdl);
  const truths = { monolith: faultyMonolith(apiSchema, truth), ownership, leans, blurred, reset };
  const shares = hasIds ? (['all', 'even', 'odd'] as const) : (['all'] as const);
  const parts = { apiSchema, ownership, shares, knownByKey: knownByKey(setup.subgraphs, ownership, leans) };
  const judging = { federation, truths, faults, isAlone };
  const tooLong: string[] = [];
  return {
    apiSchema,
    leftToApollo: federation.leftToApollo,
    tooLong,
    async judge(operation) {
      federation.takeAsked();
      // Each is asked twice: either the first time plainly and then by the code that is generated for what is in use,
      // or also the first fault plainly.
      inUse.after = (operation.luck[0] ?? 0) % 2 === 0 ? 1 : 4;
      // Either as it is written or with variables in the place of values.
      asWritten.texts = (operation.luck[1] ?? 0) % 2 === 0 ? 2 : 0;
      const healthy = await judgeOne(judging, operation, undefined);
      if (isTooLong(healthy.compiled.answer)) {
        tooLong.push(operation.query);
        return [];
      }
      const asked = [...new Set(federation.takeAsked().map(({ subgraph }) => subgraph))].sort();
      const draw = drawFrom(operation.luck);
      const isMutation = parse(operation.query).definitions.some(
        (each) => each.kind === 'OperationDefinition' && each.operation === 'mutation',
      );
      if (setup.hasFaults === false) return [healthy];
      const chosen = [
        fieldFaultFor(operation.query, parts, draw),
        subgraphFaultFor(asked, isMutation, parts, draw),
      ];
      const verdicts = [healthy];
      for (const fault of chosen)
        if (fault !== undefined) verdicts.push(await judgeOne(judging, operation, fault));
      return verdicts;
    },
  };
}

function isTooLong(answer: Answer | string): boolean {
  return typeof answer === 'string' && answer.includes(ERRORS.OPERATION_TOO_COMPLEX.says);
}

function listensNoMore({ current }: FaultSwitch, subgraph: string): boolean {
  if (current?.kind !== 'answer' || current.subgraph !== subgraph) return false;
  return current.lie.says === 'nothing, and listens no more';
}

interface Judging {
  readonly federation: Federation;
  readonly truths: TruthParts;
  readonly faults: FaultSwitch;
  readonly isAlone: boolean;
}

async function judgeOne(
  { federation, truths, faults, isAlone }: Judging,
  operation: GeneratedOperation,
  fault: Fault | undefined,
): Promise<Verdict> {
  const { query, variables } = operation;
  const expected = await expectedAnswer(truths, operation, fault);
  const ask = async (executor: 'compiled' | 'apollo' | 'bareApollo'): Promise<ExecutorVerdict> => {
    truths.reset();
    faults.current = fault;
    const answer = await federation[executor](query, variables).catch((error: unknown) => String(error));
    faults.current = undefined;
    const differences: ExecutorVerdict['differences'] =
      typeof answer === 'string' ? ['refused'] : differencesOf(answer, expected);
    const described = fault === undefined ? 'none' : describeFault(fault);
    return { query, variables, fault: described, answer, expected, differences };
  };
  const first = await ask('compiled');
  return {
    fault,
    isExact: expected.isExact,
    compiled: first.differences.length > 0 ? first : await ask('compiled'),
    ...(isAlone ? {} : { apollo: await ask('apollo'), bareApollo: await ask('bareApollo') }),
  };
}

function drawFrom(luck: readonly number[]): Draw {
  let next = 0;
  return (count) => {
    const drawn = luck[next % luck.length] ?? 0;
    next += 1;
    return drawn % count;
  };
}
