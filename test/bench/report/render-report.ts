/**
 * A report as text for people: one table per scenario, then the ratios side by side. Pure; measures nothing.
 */

import type { Measurement, Outcome } from '../measure/measurement.ts';
import type { Report, ReportSetting, ScenarioReport } from './report.ts';

/** The one that all others are set against. */
const SUBJECT = 'tributary';
const FLOOR_NAME = 'floor';

type Row = readonly string[];

/** Where and how was measured, without which no figure means anything. */
export function renderSetting({ date, machine, versions, pace }: ReportSetting): string {
  return [
    `${date}, ${machine}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    `${pace}, one after another in rotating order; request deduplication is off everywhere.`,
    'CPU is that of the gateway with all its threads, per request; ± is half of the span between rounds. RSS is the',
    'peak during the scenario, of a gateway that has run those above it; what its processes share counts once.',
  ].join('\n');
}

/** The end of a report: the ratios, and who is missing. */
export function renderConclusion({ scenarios, missing }: Report): string {
  const reasons = [...missing].map(([name, because]) => `${name} is missing: ${because}`);
  return [renderRatios(scenarios), ...reasons].join('\n\n');
}

export function renderScenario({ name, says, outcomes }: ScenarioReport): string {
  const subject = measured(outcomes.get(SUBJECT));
  const header = [
    'gateway',
    'CPU ms',
    '±',
    `× ${SUBJECT}`,
    'p50 ms',
    'p99 ms',
    'RSS MB',
    'calls',
    'requests',
  ];
  const rows = [...outcomes].flatMap(([gateway, outcome]): Row[] => {
    const figures = measured(outcome);
    return figures === undefined ? [] : [measurementRow(gateway, figures, subject)];
  });
  const refused = [...outcomes].flatMap(([gateway, outcome]) =>
    outcome.kind === 'refused' ? [`${gateway} is not measured: ${outcome.because}`] : [],
  );
  const splits = [...outcomes].flatMap(([gateway, outcome]) => renderSplit(gateway, measured(outcome)) ?? []);
  return [`${name}: ${says}`, renderTable([header, ...rows]), ...splits, ...refused].join('\n');
}

/** Where a request's cost falls, for a scenario in which that is known. */
function renderSplit(gateway: string, figures: Measurement | undefined): string | undefined {
  const { cpuMs, meanMs, subgraphsCpuMs, databaseCpuMs, subgraphsMs, databaseMs } = figures ?? {};
  if (cpuMs === undefined || meanMs === undefined || subgraphsCpuMs === undefined) return undefined;
  const cpu = [cpuMs, subgraphsCpuMs, databaseCpuMs ?? NaN].map(significant);
  const time = [meanMs, subgraphsMs ?? NaN, databaseMs ?? NaN].map(significant);
  return (
    `${gateway}: CPU ms: gateway ${cpu[0]}, subgraphs ${cpu[1]}, database ${cpu[2]}; ` +
    `of ${time[0]} ms on average a request waits ${time[1]} ms for subgraphs; statements run ${time[2]} ms`
  );
}

function measurementRow(gateway: string, figures: Measurement, subject: Measurement | undefined): Row {
  return [
    gateway,
    significant(figures.cpuMs),
    `${Math.round(figures.cpuSpread * 50)} %`,
    subject === undefined ? '' : significant(figures.cpuMs / subject.cpuMs),
    significant(figures.p50Ms),
    significant(figures.p99Ms),
    figures.rssMb.toFixed(0),
    figures.calls.toFixed(1),
    String(figures.requests),
  ];
}

/** How many times as much CPU the others take as the subject, and the subject as the floor. */
function renderRatios(scenarios: readonly ScenarioReport[]): string {
  const others = [...new Set(scenarios.flatMap(({ outcomes }) => [...outcomes.keys()]))].filter(
    (name) => name !== SUBJECT,
  );
  const header = ['CPU per request', ...others.map(nameRatio)];
  const rows = scenarios.map(({ name, outcomes }): Row => {
    const subject = measured(outcomes.get(SUBJECT));
    return [name, ...others.map((other) => ratio(other, subject, measured(outcomes.get(other))))];
  });
  return renderTable([header, ...rows]);
}

function nameRatio(other: string): string {
  return other === FLOOR_NAME ? `${SUBJECT} ÷ ${other}` : `${other} ÷ ${SUBJECT}`;
}

function ratio(other: string, subject: Measurement | undefined, figures: Measurement | undefined): string {
  if (subject === undefined || figures === undefined) return '–';
  return significant(other === FLOOR_NAME ? subject.cpuMs / figures.cpuMs : figures.cpuMs / subject.cpuMs);
}

function measured(outcome: Outcome | undefined): Measurement | undefined {
  return outcome?.kind === 'measured' ? outcome.measurement : undefined;
}

/** Three digits that mean something, without an exponent. */
function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

/** The first column stands left, numbers right. */
function renderTable(rows: readonly Row[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
