/**
 * Fills the three systems with the reference company's data. The data itself is made in `tools/seed`.
 */

import type { SystemName } from '../../schema/ownership.ts';

export type SeedSize = 'demo' | 'small';

/** Connects as the owners; does nothing where the company is already there. */
export async function seedSystems(size: SeedSize, urls: Readonly<Record<SystemName, string>>): Promise<void> {
  const place = '../seed/seed-company.ts';
  // The seeds are written beside this; until they are here the path is computed and has no type.
  const { seedCompany } = (await import(place)) as {
    readonly seedCompany: (job: {
      size: SeedSize;
      urls: Readonly<Record<SystemName, string>>;
    }) => Promise<void>;
  };
  await seedCompany({ size, urls });
}
