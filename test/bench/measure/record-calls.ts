/**
 * What Tributary asks of the subgraphs for each operation of the scenarios, recorded from a running one for the floor to
 * replay. Knows no measurement.
 */

import type { RunningGateway } from '../gateways/start-gateway-process.ts';
import type { BenchProcess } from '../process/bench-process.ts';
import type { Replay } from '../processes/floor.ts';
import type { StoreQuestion } from '../processes/store-subgraphs.ts';
import { askGateway, bodyOf } from './ask-gateway.ts';
import { groupWaves, type RecordedCall } from './group-waves.ts';
import type { Expectation } from './measure-scenario.ts';

/** A gateway that answers wrong gives a floor that means nothing; the comparison of answers will say so. */
export async function recordReplays(
  gateway: RunningGateway,
  subgraphs: BenchProcess,
  expectations: readonly Expectation[],
): Promise<readonly Replay[]> {
  const replays: Replay[] = [];
  for (const { query, answer } of expectations) {
    const body = bodyOf(query);
    // Once before, so that neither planning nor a subgraph's first answer pulls a wave apart.
    await askGateway(gateway.url, body);
    await subgraphs.ask('record' satisfies StoreQuestion);
    await askGateway(gateway.url, body);
    // The subgraphs answer this question with what they have recorded.
    const calls = (await subgraphs.ask('take' satisfies StoreQuestion)) as readonly RecordedCall[];
    replays.push({ body, waves: groupWaves(calls), answer });
  }
  return replays;
}
