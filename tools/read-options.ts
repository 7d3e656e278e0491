/**
 * Reads the options of a command line and refuses what the command does not know, in one sentence with its usage.
 */

import { parseArgs } from 'node:util';
import { CommandRefused } from './command-refused.ts';

export type OptionKinds = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

type OptionValues<Kinds extends OptionKinds> = {
  readonly [Name in keyof Kinds]?: Kinds[Name]['type'] extends 'string' ? string : boolean;
};

export interface CommandLine<Kinds extends OptionKinds> {
  readonly values: OptionValues<Kinds>;
  readonly positionals: readonly string[];
}

/** @throws CommandRefused that ends with `usage`. */
export function readOptions<Kinds extends OptionKinds>(
  args: readonly string[],
  options: Kinds,
  usage: string,
): CommandLine<Kinds> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, positionals };
  } catch (problem) {
    const [sentence = ''] = problem instanceof Error ? problem.message.split('. ') : [];
    throw new CommandRefused(`${sentence}. Usage: ${usage}`, problem);
  }
}
