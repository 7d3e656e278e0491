/**
 * Below the answer: what it cost, what each system took, and in words what was refused or failed. Knows no request.
 */

import type { SystemCall } from '../../base/operation-report.ts';
import { ErrorList } from './error-list.tsx';
import { lastRun, type Cost } from './last-run.ts';
import { useObservable } from './observable-value.ts';
import { hueOf } from './system-colour.ts';

export function RunFooter() {
  const run = useObservable(lastRun);
  return (
    <div className="run-footer" role="status">
      {run === undefined ? (
        <p className="hint">Cost and times appear here when an operation has run.</p>
      ) : (
        <>
          <ul className="facts" aria-label="Last run">
            <li>{Math.round(run.tookMs)} ms in all</li>
            {run.cost !== undefined && <li>{costWords(run.cost)}</li>}
            {systemsOf(run.calls ?? []).map(({ subgraph, count, tookMs }) => (
              <li key={subgraph}>
                <svg className="dot" viewBox="0 0 8 8" aria-hidden="true">
                  <circle cx={4} cy={4} r={4} fill={`hsl(${hueOf(subgraph)} 60% 50%)`} />
                </svg>
                {subgraph} {tookMs.toFixed(1)} ms{count > 1 ? ` in ${count} calls` : ''}
              </li>
            ))}
          </ul>
          <ErrorList errors={run.errors} />
        </>
      )}
    </div>
  );
}

function costWords({ estimated, actual, maximum }: Cost): string {
  const [most, told] = [maximum, estimated].map((cost) => cost.toLocaleString('en'));
  return actual === undefined
    ? `cost ${told} of ${most}`
    : `cost ${actual.toLocaleString('en')}, estimated ${told} of ${most}`;
}

function systemsOf(calls: readonly SystemCall[]) {
  return [...Map.groupBy(calls, ({ subgraph }) => subgraph)].map(([subgraph, own]) => ({
    subgraph,
    count: own.length,
    tookMs: own.reduce((sum, { tookMs }) => sum + tookMs, 0),
  }));
}
