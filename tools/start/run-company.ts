/**
 * Brings the company's processes up, each when what it needs is there: subgraphs, then workers and gateway, then readiness.
 * What is up is handed to the teardown at once, so that a failure half-way leaves nothing behind.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { CommandRefused } from '../command-refused.ts';
import { bySystem, SYSTEM_NAMES } from '../systems/system-names.ts';
import { planGateway, planSubgraph, planWorker, type Surroundings } from './company-processes.ts';
import { startProcess, type ManagedProcess, type ProcessPlan } from './managed-process.ts';
import type { PreparedCompany, Step } from './prepare-company.ts';
import type { Teardown } from './teardown.ts';
import { openTokenDesk } from './token-desk.ts';

const READY_WITHIN_MS = 60_000;
const BETWEEN_PROBES_MS = 100;

/** Gives the gateway's address once it is ready. @throws with the last words of what did not come up. */
export async function runCompany(
  { keys, databases }: PreparedCompany,
  surroundings: Surroundings & { readonly port: string; readonly stop: AbortSignal },
  step: Step,
  teardown: Teardown,
): Promise<string> {
  const subgraphUrls = await step('subgraphs', async () => {
    const plans = SYSTEM_NAMES.map((system) => {
      const needs = {
        databaseUrl: databases[system].runtime,
        callerKeysFile: keys.subgraphCaller(system),
        eventKeysFile: keys.eventsReceivedBy(system),
        port: '0',
      };
      return planSubgraph(system, needs, surroundings);
    });
    const started = await startAll(plans, teardown);
    return bySystem(started.map(({ url }) => url));
  });
  await step('workers', () => {
    const plans = SYSTEM_NAMES.map((system) => {
      const databaseUrl = databases[system].worker;
      const needs = { databaseUrl, eventKeysFile: keys.eventsSentBy(system), subgraphUrls };
      return planWorker(system, needs, surroundings);
    });
    return startAll(plans, teardown);
  });
  const { port, stop } = surroundings;
  const desk = await openTokenDesk(keys.issuer);
  teardown.add(desk.stop);
  const needs = {
    issuerKeysFile: keys.issuerPublic,
    callerKeysFile: keys.gatewayCaller,
    tokenDeskUrl: desk.url,
    subgraphUrls,
    port,
  };
  return step('gateway', async () => {
    const [gateway] = await startAll([planGateway(needs, surroundings)], teardown);
    if (gateway === undefined) throw new Error('The gateway was not started.');
    await becomesReady(gateway.url, stop);
    return gateway.url;
  });
}

async function startAll(
  plans: readonly ProcessPlan[],
  teardown: Teardown,
): Promise<readonly ManagedProcess[]> {
  const outcomes = await Promise.allSettled(
    plans.map(async (plan) => {
      const started = await startProcess(plan);
      teardown.add(started.stop);
      return started;
    }),
  );
  // All have settled: nothing comes up any more after the first failure is told.
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

async function becomesReady(gatewayUrl: string, stop: AbortSignal): Promise<void> {
  const givesUpAt = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const response = await fetch(`${gatewayUrl}/ready`, { signal: stop });
    const text = await response.text();
    // A gateway that lacks a system serves the others; here all of them were started.
    if (response.ok && text.includes('"status":"ready"')) return;
    if (performance.now() > givesUpAt) throw new CommandRefused(`The gateway runs but is not ready: ${text}`);
    await pause(BETWEEN_PROBES_MS);
  }
}
