/**
 * A report as text for people: one table per scenario, then the ratios side by side. Pure; measures nothing.
 */

import type { Measurement, Outcome } from '../measure/measurement.ts';
import type { Report, ScenarioReport } from './report.ts';

/** The one that all others are set against. */
const SUBJECT = 'tributary';

type Row = readonly string[];

export function renderReport(report: Report): string {
  const versions = Object.entries(report.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${report.date}, ${report.machine}`,
    versions.join(', '),
    `${report.pace}; request deduplication off everywhere; answers compared with one schema over the same data`,
    ...report.scenarios.map(renderScenario),
    renderRatios(report.scenarios),
    ...[...report.missing].map(([name, because]) => `${name} is missing: ${because}`),
  ].join('\n\n');
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

/** How many times as much CPU the others take as the subject; for the floor, how many times as much the subject takes. */
export function renderRatios(scenarios: readonly ScenarioReport[]): string {
  const others = [...new Set(scenarios.flatMap(({ outcomes }) => [...outcomes.keys()]))].filter(
    (name) => name !== SUBJECT,
  );
  const header = ['CPU per request', ...others.map((name) => (name === 'floor' ? '× floor' : `${name} ÷`))];
  const rows = scenarios.map(({ name, outcomes }): Row => {
    const subject = measured(outcomes.get(SUBJECT));
    return [name, ...others.map((other) => ratio(other, subject, measured(outcomes.get(other))))];
  });
  return renderTable([header, ...rows]);
}

function ratio(other: string, subject: Measurement | undefined, figures: Measurement | undefined): string {
  if (subject === undefined || figures === undefined) return '–';
  return significant(other === 'floor' ? subject.cpuMs / figures.cpuMs : figures.cpuMs / subject.cpuMs);
}

function measured(outcome: Outcome | undefined): Measurement | undefined {
  return outcome?.kind === 'measured' ? outcome.measurement : undefined;
}

/** Three digits that mean something, without an exponent. */
export function significant(value: number): string {
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
