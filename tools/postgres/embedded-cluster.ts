/**
 * A PostgreSQL server of our own on this machine: made on first use, started on a free port of the loopback address,
 * ready when a connection works, stopped in order. Knows nothing of systems; `system-databases.ts` makes those.
 * Whoever calls holds the folder's lock: two servers on one folder would fight.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { openClusterFolder, type ClusterFolder } from './cluster-folder.ts';
import { initialiseCluster, SUPERUSER } from './initialise-cluster.ts';
import {
  clearPostmaster,
  dataOptions,
  findPostmaster,
  stopPostmaster,
  type Postmaster,
} from './postmaster.ts';
import { findServerPrograms } from './server-programs.ts';
import { findServerUser, type ServerUser } from './server-user.ts';

export interface EmbeddedCluster {
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  /** Connects as superuser to the database `postgres`. */
  readonly adminUrl: string;
  /** The same password for the same role on every start of this folder. */
  readonly passwordOf: (role: string) => string;
  readonly stop: () => Promise<void>;
}

/** One that this process has started, and whose end it therefore hears of. */
export interface StartedCluster extends EmbeddedCluster {
  readonly ended: Promise<void>;
}

export interface ClusterOptions {
  /** False trades the data for speed: for tests only. */
  readonly durable: boolean;
}

const HOST = '127.0.0.1';
/** Recovery after a crash replays at most `max_wal_size`; a slow disk takes a while over it. */
const READY_WITHIN_MS = 60_000;
const ATTEMPTS = 10;
const BETWEEN_ATTEMPTS_MS = 500;
/** Small enough for a laptop that runs the whole company; durability is left at PostgreSQL's own safe settings. */
const SETTINGS = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  shared_buffers: '32MB',
  // A test run on two workers has been seen with 44 open; who comes when all are taken is refused.
  max_connections: '200',
  jit: 'off',
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  max_logical_replication_workers: '0',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  timezone: 'UTC',
  // The details of an error quote the row.
  log_error_verbosity: 'terse',
} as const;
const FORGETFUL = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } as const;

/**
 * Starts the cluster of this folder. One that a killed process has left running is stopped first, and a half-made one
 * is made again.
 * @throws with PostgreSQL's last words where it does not come up.
 */
export async function startCluster(folderName: string, options: ClusterOptions): Promise<StartedCluster> {
  const user = findServerUser();
  const folder = await openClusterFolder(folderName, user);
  const programs = await findServerPrograms(user, folder.openFolder);
  await initialiseCluster(programs.initdb, folder, user, options);
  await clearPostmaster(folder.data);
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryStart(programs.postgres, folder, user, options);
    if (outcome.kind === 'ready')
      return { ...describeCluster(folder, outcome.postmaster), ended: outcome.ended };
    // The port may be taken in the same moment, and what a killed server leaves in memory goes only with its children.
    if (attempt === ATTEMPTS)
      throw new Error(`PostgreSQL does not start. Its last words:\n${outcome.lastWords}`);
    await pause(BETWEEN_ATTEMPTS_MS);
  }
}

/** The cluster of this folder if its server runs already; stopping it stays with whoever started it. */
export async function findRunningCluster(folderName: string): Promise<EmbeddedCluster | undefined> {
  const folder = await openClusterFolder(folderName, findServerUser());
  const postmaster = await findPostmaster(folder.data);
  return postmaster === undefined ? undefined : describeCluster(folder, postmaster);
}

function describeCluster(folder: ClusterFolder, postmaster: Postmaster): EmbeddedCluster {
  const { pid, port } = postmaster;
  return {
    pid,
    host: HOST,
    port,
    adminUrl: adminUrlOf(folder, port),
    passwordOf: folder.passwordOf,
    stop: () => stopPostmaster(postmaster, folder.data),
  };
}

function adminUrlOf(folder: ClusterFolder, port: number): string {
  return `postgres://${SUPERUSER}:${folder.passwordOf(SUPERUSER)}@${HOST}:${port}/postgres`;
}

type StartOutcome =
  | { readonly kind: 'ready'; readonly postmaster: Postmaster; readonly ended: Promise<void> }
  | { readonly kind: 'ended'; readonly lastWords: string };

async function tryStart(
  postgres: string,
  folder: ClusterFolder,
  user: ServerUser,
  options: ClusterOptions,
): Promise<StartOutcome> {
  const port = await findFreePort();
  const settings = { port: String(port), ...SETTINGS, ...(options.durable ? {} : FORGETFUL) };
  const log = await open(folder.log, 'w', 0o600);
  const args = [
    ...dataOptions(folder.data),
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
  // A group of its own: Ctrl-C in the terminal must reach the server only through our ordered stop.
  const child = spawn(postgres, args, {
    ...user,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  const { pid } = child;
  let hasEnded = false;
  const ended = whenEnded(child).then(() => {
    hasEnded = true;
  });
  try {
    if (pid !== undefined && (await isReady(adminUrlOf(folder, port), () => hasEnded))) {
      return { kind: 'ready', postmaster: { pid, port }, ended };
    }
    return {
      kind: 'ended',
      lastWords: (await readFile(folder.log, 'utf8')).trim().split('\n').slice(-8).join('\n'),
    };
  } finally {
    await log.close();
  }
}

/** Also where it never began. */
function whenEnded(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
}

async function isReady(adminUrl: string, hasServerEnded: () => boolean): Promise<boolean> {
  const givesUpAt = performance.now() + READY_WITHIN_MS;
  while (!hasServerEnded()) {
    const problem = await tryConnect(adminUrl);
    if (problem === undefined) return true;
    if (performance.now() > givesUpAt)
      throw new Error(`PostgreSQL runs but does not answer: ${problem.message}`);
    await pause(20);
  }
  return false;
}

async function tryConnect(url: string): Promise<Error | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? problem : new Error(String(problem));
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, HOST, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The machine gave no free port.');
  return address.port;
}
