/**
 * The options of `npm run bench`, read and checked. Knows no gateway but by name.
 */

import path from 'node:path';

import { CommandRefused } from '../../tools/command-refused.ts';
import { readFlags } from '../../tools/read-options.ts';

export interface BenchOptions {
  readonly isQuick: boolean;
  /** Undefined means all. */
  readonly scenarios: readonly string[] | undefined;
  readonly gateways: readonly string[] | undefined;
  readonly jsonFile: string | undefined;
  readonly tributaryFolder: string;
  readonly baselineFolder: string | undefined;
}

const USAGE = `npm run bench -- [options]
  --quick               fewer and shorter rounds, a small company, without mercurius and writtenValues: within
                        two minutes
  --scenario A,B        only these scenarios
  --gateways A,B        only these gateways
  --tributary-dir DIR   measure this checkout of Tributary instead of the own one
  --baseline-dir DIR    measure a second checkout of Tributary beside it, as "baseline"
  --json FILE           write the figures to a file`;

export interface KnownNames {
  readonly scenarios: readonly string[];
  readonly gateways: readonly string[];
}

/** Throws CommandRefused, or UsageAsked. */
export function readBenchOptions(args: readonly string[], known: KnownNames, checkout: string): BenchOptions {
  const values = parse(args);
  const fileFrom = (given: string | undefined) => (given === undefined ? undefined : path.resolve(given));
  return {
    isQuick: values.quick === true,
    scenarios: readNames('scenario', values.scenario, known.scenarios),
    gateways: readNames('gateway', values.gateways, known.gateways),
    jsonFile: fileFrom(values.json),
    tributaryFolder: fileFrom(values['tributary-dir']) ?? checkout,
    baselineFolder: fileFrom(values['baseline-dir']),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    quick: { type: 'boolean' },
    scenario: text,
    gateways: text,
    json: text,
    'tributary-dir': text,
    'baseline-dir': text,
  } as const;
  return readFlags(args, options, USAGE);
}

function readNames(
  kind: string,
  given: string | undefined,
  known: readonly string[],
): readonly string[] | undefined {
  const names = given?.split(',').filter((name) => name !== '');
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new CommandRefused(`There is no ${kind} "${unknown}"; there are ${known.join(', ')}.`);
  return names;
}
