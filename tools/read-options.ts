/**
 * Reads the options of a command line and refuses what the command does not know, in one sentence with its usage.
 */

import { parseArgs } from 'node:util';
import { isRecord } from '../gateway/base/is-record.ts';
import { CommandRefused, UsageAsked } from './command-refused.ts';

export type OptionKinds = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

type OptionValues<Kinds extends OptionKinds> = {
  readonly [Name in keyof Kinds]?: Kinds[Name]['type'] extends 'string' ? string : boolean;
};

export interface CommandLine<Kinds extends OptionKinds> {
  readonly values: OptionValues<Kinds>;
  readonly positionals: readonly string[];
}

/** @throws CommandRefused that ends with `usage`, or UsageAsked. */
export function readOptions<Kinds extends OptionKinds>(
  args: readonly string[],
  options: Kinds,
  usage: string,
): CommandLine<Kinds> {
  if (args.some((arg) => arg === '--help' || arg === '-h')) throw new UsageAsked(usage);
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, positionals };
  } catch (problem) {
    // What follows is advice of Node's, in several lines.
    const [sentence = ''] = isRecord(problem) ? String(problem['message']).split(/\.\s/) : [];
    throw new CommandRefused(`${sentence}. Usage: ${usage}`, problem);
  }
}

/** The same for a command that takes flags alone: a word beside them is a mistake, such as a flag without its dashes. */
export function readFlags<Kinds extends OptionKinds>(
  args: readonly string[],
  options: Kinds,
  usage: string,
): OptionValues<Kinds> {
  const { values, positionals } = readOptions(args, options, usage);
  if (positionals.length > 0)
    throw new CommandRefused(`"${positionals.join(' ')}" is not an option. Usage: ${usage}`);
  return values;
}
