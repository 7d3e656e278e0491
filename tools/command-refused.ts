/**
 * Why a command does not do what it was asked, in a sentence for the person who asked. `run.js` prints it and exits
 * with 1; anything else that is thrown is a fault of ours and is printed with its stack.
 */

export class CommandRefused extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = 'CommandRefused';
  }
}

/** Somebody asked how a command is used: `run.js` tells it and exits with 0. */
export class UsageAsked extends Error {
  constructor(usage: string) {
    super(`Usage: ${usage}`);
    this.name = 'UsageAsked';
  }
}
