/**
 * Why the gateway does not start: every problem at once, each in one sentence that names the place to mend.
 * Knows nothing of how it is shown; `main.ts` prints it and exits.
 */

/** Thrown by whatever runs before the gateway listens; `problems` is never empty. */
export class StartRefused extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'StartRefused';
    this.problems = problems;
  }
}

/** For the log, where what could not be used at the start is refused later, such as a changed file. */
export function reasonsOf(problem: unknown): readonly string[] {
  return problem instanceof StartRefused ? problem.problems : ['something unexpected'];
}
