/**
 * A question to the database that says in the log why it was not answered: once for each reason, however often it is
 * asked, and once that it is answered again. Knows no table and no probe.
 */

import type { Logger } from 'pino';

/** `ask`, which passes on what `ask` gives or throws. */
export function tellingWhy<Answer>(ask: () => Promise<Answer>, log: Logger): () => Promise<Answer> {
  let told: string | undefined;
  return async () => {
    try {
      const answer = await ask();
      if (told !== undefined) log.info('the database can be used again');
      told = undefined;
      return answer;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== told) log.error({ err: error }, 'the database cannot be used');
      told = reason;
      throw error;
    }
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
