/**
 * Fills the three systems with the reference company's data. The data itself is made in `tools/seed`.
 */

import type { SystemName } from '../../schema/ownership.ts';
import type { CompanySize } from '../seed/company.ts';
import { seedCompany } from '../seed/seed-company.ts';

export type SeedSize = CompanySize;

/** Connects as the owners; does nothing where the company is already there. */
export async function seedSystems(size: SeedSize, urls: Readonly<Record<SystemName, string>>): Promise<void> {
  await seedCompany({ size, urls });
}
