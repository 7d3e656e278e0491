/**
 * A real Redis of a test's own: a process on a port of its own, without files, that can be killed, held still and started
 * again where it was. Knows nothing of what is kept in it.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';

import { lastingPort } from './lasting-port.ts';

export interface TestRedis {
  readonly url: string;
  /** SIGKILL; what was kept is gone. */
  kill(): Promise<void>;
  /** On the same port, empty. */
  restart(): Promise<void>;
  /** It accepts and does not answer, until `goOn`. */
  holdStill(): void;
  goOn(): void;
  stop(): Promise<void>;
}

export interface RedisSetup {
  readonly password?: string;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
}

/** Throws where the machine has none, which says how to get it: a test that cannot be run has not passed. */
export async function startRedis({ password, tls }: RedisSetup = {}): Promise<TestRedis> {
  const port = await lastingPort();
  const secret = password === undefined ? [] : ['--requirepass', password];
  const doors =
    tls === undefined
      ? ['--port', String(port)]
      : ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'].concat(
          ['--tls-cert-file', tls.certFile],
          ['--tls-key-file', tls.keyFile],
          // It wants to know an authority, though it asks nobody for a certificate.
          ['--tls-ca-cert-file', tls.certFile],
        );
  const flags = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...doors, ...secret];
  let child = await launch(flags);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    child.kill('SIGCONT');
    await ended;
  };
  const user = password === undefined ? '' : `:${password}@`;
  return {
    url: `${tls === undefined ? 'redis' : 'rediss'}://${user}127.0.0.1:${port}`,
    kill: () => end('SIGKILL'),
    async restart() {
      child = await launch(flags);
    },
    holdStill: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    stop: () => end('SIGKILL'),
  };
}

async function launch(flags: readonly string[]): Promise<ChildProcess> {
  const child = spawn('redis-server', flags, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'inherit'] });
  const missing = once(child, 'error').then(() =>
    Promise.reject(
      new Error(
        'There is no redis-server on this machine: install it (Debian: apt-get install redis-server).',
      ),
    ),
  );
  await Promise.race([isReady(child), missing]);
  return child;
}

async function isReady(child: ChildProcess): Promise<void> {
  let said = '';
  for await (const chunk of child.stdout!) {
    said += String(chunk);
    if (said.includes('Ready to accept connections')) break;
  }
  if (!said.includes('Ready to accept connections')) throw new Error(`redis-server did not start:\n${said}`);
}
