/**
 * The scenarios over the store, one after another, on all gateways that start. Knows which process answers what, and
 * nothing of the figures.
 */

import type { ScenarioReport } from '../report/report.ts';
import type { StoreQuestion } from '../processes/store-subgraphs.ts';
import { measureScenario, type MeasuringTools } from './measure-scenario.ts';
import { whenNew } from './pace.ts';
import { startContest, type ContestPlan } from './start-contest.ts';

export interface StoreRun extends ContestPlan {
  readonly isWanted: (gateway: string) => boolean;
  readonly onReport: (report: ScenarioReport) => void;
}

/** Gives the reasons why gateways have not started, by their names. */
export async function measureStore(
  run: StoreRun,
  tools: Omit<MeasuringTools, 'readCounters'>,
): Promise<ReadonlyMap<string, string>> {
  const { subgraphs, gateways, expectations, missing } = await startContest(run);
  const readCounters = async () => {
    // The subgraphs answer this question with a number.
    const calls = (await subgraphs.ask('count' satisfies StoreQuestion)) as number;
    return { calls };
  };
  const wanted = gateways.filter(({ name }) => run.isWanted(name));
  for (const [index, { name, says }] of run.scenarios.entries()) {
    const pace = index === 0 ? whenNew(tools.pace) : tools.pace;
    const toAnswer = expectations.get(name) ?? [];
    const outcomes = await measureScenario(wanted, toAnswer, { ...tools, pace, readCounters });
    run.onReport({ name, says, outcomes });
  }
  return missing;
}
