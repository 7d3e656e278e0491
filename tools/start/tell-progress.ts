/**
 * What a person reads while the company starts and runs. Knows the wording, and nothing of what happens.
 */

import type { Step } from './prepare-company.ts';

/** Says when a step is done and how long it took; begins none once everything is to stop. */
export function tellProgress(say: (sentence: string) => void, nowMs: () => number, stop: AbortSignal): Step {
  return async (name, work) => {
    stop.throwIfAborted();
    const startedAt = nowMs();
    const result = await work();
    say(`  ${name.padEnd(12)} ${((nowMs() - startedAt) / 1000).toFixed(1)} s`);
    return result;
  };
}

export interface NextSteps {
  readonly endpoint: string;
  readonly token: string;
  readonly question: string;
  readonly logFolder: string;
  readonly tookMs: number;
}

export function nextSteps({ endpoint, token, question, logFolder, tookMs }: NextSteps): string {
  return `
Tributary is ready after ${(tookMs / 1000).toFixed(1)} s.

  Endpoint   ${endpoint}
  A token    ${token}
  Logs       ${logFolder}

Ask something that three systems answer together; paste this into another terminal:

${question}

README.md goes on from here: "A first query". Ctrl-C stops everything.
`;
}
