/**
 * One scenario on all gateways: answers are compared first, then everybody is warmed up, then measured in rounds of
 * rotating order, so that what else the machine does falls on all alike. Knows no particular gateway.
 */

import type { RunningGateway } from '../gateways/start-gateway-process.ts';
import type { BenchProcess } from '../process/bench-process.ts';
import { forgetPeakMemory, readCpuMs, readPeakMemoryMb } from '../process/process-usage.ts';
import type { Exchange, Load, LoadResult } from '../processes/load-generator.ts';
import { askGateway, bodyOf, isSameAnswer } from './ask-gateway.ts';
import { differences, summarise, type Counters, type Outcome, type Round } from './measurement.ts';
import type { Pace } from './pace.ts';

export interface MeasuringTools {
  readonly generator: BenchProcess;
  /** Of everything behind the gateway, so far. */
  readonly readCounters: () => Promise<Counters>;
  readonly pace: Pace;
  /** Throws once everything is to stop. */
  readonly throwIfStopped: () => void;
}

/** An operation and what is right to answer. */
export interface Expectation {
  readonly query: string;
  readonly answer: string;
}

const NOT_MEASURED: Outcome = { kind: 'refused', because: 'not measured' };

interface Contestant {
  readonly gateway: RunningGateway;
  readonly exchanges: readonly Exchange[];
  readonly rounds: Round[];
  problem?: string;
}

/** By the gateways' names. */
export async function measureScenario(
  gateways: readonly RunningGateway[],
  expectations: readonly Expectation[],
  tools: MeasuringTools,
): Promise<ReadonlyMap<string, Outcome>> {
  // In the gateways' order, whoever is found wrong first.
  const outcomes = new Map(gateways.map(({ name }): [string, Outcome] => [name, NOT_MEASURED]));
  const contestants: Contestant[] = [];
  for (const gateway of gateways) {
    tools.throwIfStopped();
    const checked = await checkAnswers(gateway, expectations).catch(String);
    if (typeof checked === 'string') outcomes.set(gateway.name, { kind: 'refused', because: checked });
    else contestants.push({ gateway, exchanges: checked, rounds: [] });
  }
  for (const contestant of contestants) {
    forgetPeakMemory(contestant.gateway.pid);
    await load(contestant, tools.pace.warmUpMs, tools);
  }
  for (let round = 0; round < tools.pace.rounds; round++) {
    for (const contestant of rotate(contestants, round)) await runRound(contestant, tools);
  }
  for (const contestant of contestants) outcomes.set(contestant.gateway.name, outcomeOf(contestant));
  return outcomes;
}

/** What the gateway answers, all of it right; else a sentence. */
async function checkAnswers(
  { url, headers }: RunningGateway,
  expectations: readonly Expectation[],
): Promise<readonly Exchange[] | string> {
  const exchanges: Exchange[] = [];
  for (const { query, answer: right } of expectations) {
    const body = bodyOf(query);
    const answer = await askGateway(url, body, headers);
    if (!isSameAnswer(answer, right)) return `wrong answer: ${answer.slice(0, 300)}`;
    exchanges.push({ body, answer });
  }
  return exchanges;
}

async function runRound(contestant: Contestant, tools: MeasuringTools): Promise<void> {
  const { pid } = contestant.gateway;
  const before = await tools.readCounters();
  const cpuBefore = readCpuMs(pid);
  const result = await load(contestant, tools.pace.roundMs, tools);
  if (result === undefined) return;
  const cpuMs = readCpuMs(pid) - cpuBefore;
  const after = await tools.readCounters();
  contestant.rounds.push({ ...result, cpuMs, counters: differences(before, after) });
}

/** Nothing more is sent to a gateway that has failed under load. */
async function load(
  contestant: Contestant,
  durationMs: number,
  { generator, pace, throwIfStopped }: MeasuringTools,
): Promise<LoadResult | undefined> {
  throwIfStopped();
  if (contestant.problem !== undefined) return undefined;
  const { gateway, exchanges } = contestant;
  const { url, headers } = gateway;
  const order: Load = { url, headers, exchanges, connections: pace.connections, durationMs };
  try {
    // The generator answers a load with its result.
    const result = (await generator.ask(order)) as LoadResult;
    if (result.wrong > 0)
      contestant.problem = `${result.wrong} of ${result.requests} answers wrong under load: ${result.firstWrong ?? ''}`;
    return result;
  } catch (error) {
    contestant.problem = `failed under load: ${String(error)}`;
    return undefined;
  }
}

function outcomeOf({ gateway, rounds, problem }: Contestant): Outcome {
  if (problem !== undefined) return { kind: 'refused', because: problem };
  return { kind: 'measured', measurement: summarise(rounds, readPeakMemoryMb(gateway.pid)) };
}

function rotate<Item>(list: readonly Item[], by: number): readonly Item[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
