/**
 * One scenario on all gateways: answers are compared first, then everybody is warmed up, then measured in rounds of
 * rotating order, so that what else the machine does falls on all alike. Knows no particular gateway.
 */

import type { GatewayProcess } from '../gateways/start-gateway-process.ts';
import type { BenchProcess } from '../process/bench-process.ts';
import { forgetPeakMemory, readCpuMs, readPeakMemoryMb } from '../process/process-usage.ts';
import type { Exchange, Load, LoadResult } from '../processes/load-generator.ts';
import { askGateway, bodyOf, isSameAnswer } from './ask-gateway.ts';
import { summarise, type Outcome, type Round } from './measurement.ts';
import type { Pace } from './pace.ts';

export interface MeasuringTools {
  readonly generator: BenchProcess;
  /** The number of subgraph calls so far. */
  readonly countCalls: () => Promise<number>;
  readonly pace: Pace;
  /** Throws once everything is to stop. */
  readonly throwIfStopped: () => void;
}

/** An operation and what is right to answer. */
export interface Expectation {
  readonly query: string;
  readonly answer: string;
}

interface Contestant {
  readonly gateway: GatewayProcess;
  readonly exchanges: readonly Exchange[];
  readonly rounds: Round[];
  problem?: string;
}

/** By the gateways' names. */
export async function measureScenario(
  gateways: readonly GatewayProcess[],
  expectations: readonly Expectation[],
  tools: MeasuringTools,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const contestants: Contestant[] = [];
  for (const gateway of gateways) {
    tools.throwIfStopped();
    const checked = await checkAnswers(gateway, expectations).catch(String);
    if (typeof checked === 'string') outcomes.set(gateway.name, { kind: 'refused', because: checked });
    else contestants.push({ gateway, exchanges: checked, rounds: [] });
  }
  for (const contestant of contestants) {
    forgetPeakMemory(contestant.gateway.process.pid);
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
  { url }: GatewayProcess,
  expectations: readonly Expectation[],
): Promise<readonly Exchange[] | string> {
  const exchanges: Exchange[] = [];
  for (const { query, answer: right } of expectations) {
    const body = bodyOf(query);
    const answer = await askGateway(url, body);
    if (!isSameAnswer(answer, right)) return `wrong answer: ${answer.slice(0, 300)}`;
    exchanges.push({ body, answer });
  }
  return exchanges;
}

async function runRound(contestant: Contestant, tools: MeasuringTools): Promise<void> {
  const { pid } = contestant.gateway.process;
  const callsBefore = await tools.countCalls();
  const cpuBefore = readCpuMs(pid);
  const result = await load(contestant, tools.pace.roundMs, tools);
  if (result === undefined) return;
  const cpuMs = readCpuMs(pid) - cpuBefore;
  const calls = (await tools.countCalls()) - callsBefore;
  const { requests, p50Ms, p99Ms } = result;
  contestant.rounds.push({ requests, p50Ms, p99Ms, cpuMs, calls });
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
  const order: Load = { url: gateway.url, exchanges, connections: pace.connections, durationMs };
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
  return { kind: 'measured', measurement: summarise(rounds, readPeakMemoryMb(gateway.process.pid)) };
}

function rotate<Item>(list: readonly Item[], by: number): readonly Item[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
