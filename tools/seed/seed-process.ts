/**
 * The process in which `seedInProcess` has the company written. Takes a `SeedJob` as its one message, and ends when
 * it is done; what it fails for is its one answer.
 */

import { seedCompany, type SeedJob } from './seed-company.ts';

process.once('message', (job) => {
  // Reason for the cast: only seed-in-process.ts starts this file.
  seedCompany(job as SeedJob).then(
    () => process.disconnect(),
    (problem: unknown) => process.send?.(problem, () => process.exit(1)),
  );
});
