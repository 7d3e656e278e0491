/**
 * The gateway as a process: options in, an address out, and an orderly end on a signal or when the parent that
 * started it over IPC goes away. Knows no request.
 */

import { StartRefused } from './base/start-refused.ts';
import { readConfig } from './config/read-config.ts';
import { startGateway } from './http/start-gateway.ts';
import { createLogger, describeError } from './telemetry/create-logger.ts';

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  const log = createLogger(config.log);
  const gateway = await startGateway(config, log);
  const stop = (cause: string) => {
    log.info({ cause }, 'gateway stops');
    gateway.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ cause: describeError(error) }, 'gateway did not stop in order');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', () => stop('SIGTERM'));
  process.once('SIGINT', () => stop('SIGINT'));
  process.once('disconnect', () => stop('the parent process went away'));
  // Only now: whoever hears of it may ask for the end at once.
  log.info({ url: gateway.url }, 'gateway listens');
  process.send?.({ kind: 'listening', url: gateway.url });
}

function refuse(error: unknown): never {
  const problems =
    error instanceof StartRefused ? error.problems : [`Something unexpected: ${describeError(error)}`];
  console.error(['The gateway does not start.', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
  process.exit(1);
}

await main().catch(refuse);
