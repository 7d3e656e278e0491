/**
 * Which constraint of the database a write broke, by name, so that a connector can say what the caller did wrong.
 */

/** SQLSTATE class 23: integrity constraint violation. Undefined for every other error. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('constraint' in error)) return undefined;
  return String(error.code).startsWith('23') && typeof error.constraint === 'string'
    ? error.constraint
    : undefined;
}
