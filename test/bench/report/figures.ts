/**
 * A report as figures for programs: what `--json` writes. Pure; rounds nothing.
 */

import type { Report } from './report.ts';

interface Problem {
  readonly scenario: string;
  readonly gateway: string;
  readonly because: string;
}

/** Only who was measured stands in `scenarios`; the others are in `problems` and `missing`. */
export function figuresOf(report: Report): object {
  const scenarios = report.scenarios.map(({ name, outcomes }) => {
    const figures = [...outcomes].flatMap(([gateway, outcome]) =>
      outcome.kind === 'measured' ? [[gateway, outcome.measurement] as const] : [],
    );
    return [name, Object.fromEntries(figures)] as const;
  });
  const problems = report.scenarios.flatMap(({ name, outcomes }) =>
    [...outcomes].flatMap(([gateway, outcome]): Problem[] =>
      outcome.kind === 'refused' ? [{ scenario: name, gateway, because: outcome.because }] : [],
    ),
  );
  const { date, machine, versions, pace } = report;
  return {
    date,
    machine,
    versions,
    pace,
    scenarios: Object.fromEntries(scenarios),
    problems,
    missing: Object.fromEntries(report.missing),
  };
}
