/**
 * How long a test waits for what has to come. Nobody waits longer than it takes, so this is for machines that are slow or
 * busy; what must come soon is another matter, and says so. Knows nothing of what is waited for.
 */

export const PATIENCE_MS = 60_000;
