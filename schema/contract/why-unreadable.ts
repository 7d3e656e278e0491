/**
 * Why a file that an operator named cannot be read, in words that end a sentence which begins with its name.
 * Knows nothing of what stands in it.
 */

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this process',
  EPERM: 'may not be read by this process',
  EMFILE: 'cannot be read: this process may not open more files (see ulimit -n)',
};

/** For what Node's functions of files throw. */
export function whyUnreadable(problem: unknown): string {
  const code =
    typeof problem === 'object' && problem !== null && 'code' in problem ? String(problem.code) : undefined;
  if (code === undefined) return 'cannot be read';
  return REASONS[code] ?? `cannot be read (${code})`;
}
