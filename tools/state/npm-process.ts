/**
 * The npm that runs this process as a script, if one does. The scripts of servers begin with `exec`, so that no shell
 * stands between: npm's signals reach us, and npm is our parent.
 */

import { identifyProcess } from './running-process.ts';

export interface NpmProcess {
  readonly pid: number;
  readonly identity: string;
}

export async function findNpm(environment: NodeJS.ProcessEnv): Promise<NpmProcess | undefined> {
  if (environment['npm_lifecycle_event'] === undefined) return undefined;
  const pid = process.ppid;
  const identity = await identifyProcess(pid);
  return identity === undefined ? undefined : { pid, identity };
}
