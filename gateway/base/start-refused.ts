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

/** What all of them give, once each has ended. Rejects with all that is wrong together, or with what is no refusal. */
export async function allOrRefused<const Parts extends readonly unknown[]>(
  parts: Parts,
): Promise<{ -readonly [Index in keyof Parts]: Awaited<Parts[Index]> }> {
  const settled = await Promise.allSettled(parts);
  const problems = settled.flatMap((each) => {
    if (each.status === 'fulfilled') return [];
    if (each.reason instanceof StartRefused) return each.reason.problems;
    throw each.reason;
  });
  // One may have been in the way of several parts.
  if (problems.length > 0) throw new StartRefused([...new Set(problems)]);
  return Promise.all(parts);
}
