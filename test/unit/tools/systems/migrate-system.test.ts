/**
 * Tables that cannot be made, as a person reads of it who gave a database that is used for something else.
 */

import { CommandRefused } from '../../../../tools/command-refused.ts';
import { withClient } from '../../../../tools/postgres/system-databases.ts';
import { migrateSystem } from '../../../../tools/systems/migrate-system.ts';
import { freshDatabase } from '../../../kit/company-databases.ts';

test('tables that are in the way are named in a sentence', async () => {
  const database = await freshDatabase('crm', 'empty');
  try {
    await withClient(database.owner, (client) => client.query('drop table kysely_migration'));
    await expect(migrateSystem('crm', database.owner)).rejects.toEqual(
      new CommandRefused(
        'The tables of the crm cannot be made: migration 0001-tables failed: relation "employee" already exists.',
      ),
    );
  } finally {
    await database.drop();
  }
});
