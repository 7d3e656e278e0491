/**
 * Loads a permissions file that is not part of the program, for a dry run. It is code and runs as such: only a file
 * of one's own belongs here.
 */

import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Permissions } from './permissions.ts';

/** Throws a sentence that names the file. Whether the permissions are whole is for `checkPermissions` to say. */
export async function readPermissionsFile(file: string): Promise<Permissions> {
  const loaded: unknown = await import(pathToFileURL(path.resolve(file)).href).catch((cause: unknown) => {
    throw new Error(`the permissions file ${file} cannot be loaded: ${String(cause)}`, { cause });
  });
  if (!holdsPermissions(loaded)) throw new Error(`${file} exports no "permissions" with an owner and fields`);
  return loaded.permissions;
}

function holdsPermissions(loaded: unknown): loaded is { readonly permissions: Permissions } {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    'permissions' in loaded &&
    typeof loaded.permissions === 'object' &&
    loaded.permissions !== null &&
    'fields' in loaded.permissions &&
    'owner' in loaded.permissions
  );
}
