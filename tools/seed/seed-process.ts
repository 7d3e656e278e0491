/**
 * The process in which `seedInProcess` has the company written. Takes a `SeedJob` as its one message, and ends when
 * it is done.
 */

import { seedCompany, type SeedJob } from './seed-company.ts';

process.once('message', (job) => {
  // Reason for the cast: only seed-in-process.ts starts this file. What is thrown ends the process with its stack.
  void seedCompany(job as SeedJob).then(() => process.disconnect());
});
