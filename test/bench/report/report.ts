/**
 * What a run of the benchmark has found: who was measured in what, who was not and why, where and with which versions.
 * Only its shape; knows neither how it was found nor how it is printed.
 */

import type { Outcome } from '../measure/measurement.ts';

export interface ScenarioReport {
  readonly name: string;
  readonly says: string;
  /** By the gateway's name. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

export interface ReportSetting {
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly pace: string;
}

export interface Report extends ReportSetting {
  readonly scenarios: readonly ScenarioReport[];
  /** Why a gateway is in no scenario, or a scenario not in the report. */
  readonly missing: ReadonlyMap<string, string>;
}
