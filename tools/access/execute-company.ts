/**
 * Executes the matrix on a company that is started for it and thrown away after it. Knows the order in which things
 * start and stop.
 */

import { executeMatrix, type ExecutedMatrix } from './execute-matrix.ts';
import { POLICIES } from './policy.ts';
import { serveCompany } from './serve-company.ts';
import { provideThrowawayDatabases } from './throwaway-databases.ts';

export async function executeCompany(): Promise<ExecutedMatrix> {
  const { databaseUrls, stop: discard } = await provideThrowawayDatabases();
  try {
    const company = await serveCompany({ databaseUrls });
    try {
      return await executeMatrix(company, POLICIES);
    } finally {
      await company.stop();
    }
  } finally {
    await discard();
  }
}
