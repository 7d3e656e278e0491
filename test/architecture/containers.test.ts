/**
 * docker-compose.yml speaks to programs that read other files: what it tells them must be what they listen to.
 */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { readConfig } from '../../gateway/config/read-config.ts';
import { CHECKOUT } from '../../tools/state/state-folder.ts';
import { SYSTEM_NAMES } from '../../tools/systems/system-names.ts';

interface Service {
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
  readonly command?: readonly string[];
}

let services: Readonly<Record<string, Service>>;
beforeAll(async () => {
  const text = await readFile(path.join(CHECKOUT, 'docker-compose.yml'), 'utf8');
  // The file's own shape; a service without one of these members fails the comparisons below.
  services = (parse(text, { merge: true }) as { readonly services: Readonly<Record<string, Service>> })
    .services;
});

test('who runs on is killed only after the time that an orderly end may take', () => {
  const { drainDelayMs, shutdownGraceMs } = readConfig(['--supergraph', 'a'], {}).server;
  const running = Object.entries(services).filter(([name]) =>
    ['gateway', ...SYSTEM_NAMES, ...SYSTEM_NAMES.map((system) => `${system}-worker`)].includes(name),
  );

  expect(running).toHaveLength(1 + 2 * SYSTEM_NAMES.length);
  for (const [, { stop_grace_period: grace = '10s' }] of running)
    expect(Number.parseInt(grace) * 1_000).toBeGreaterThan(drainDelayMs + shutdownGraceMs);
});

test('every variable that our containers are given is read by our code', async () => {
  const given = Object.entries(services)
    .filter(([name]) => name !== 'postgres' && name !== 'redis')
    .flatMap(([, { environment }]) => Object.keys(environment ?? {}));
  const code = await readAll(['gateway', 'subgraphs', 'tools']);
  const systems = SYSTEM_NAMES.map((name) => name.toUpperCase()).join('|');
  // The systems' variables are put together from the system's name.
  const pattern = new RegExp(`^(${systems})_(?=((OWNER_|WORKER_)?DATABASE|SUBGRAPH)_URL$)`);
  const unread = given.filter(
    (name) => !code.includes(pattern.test(name) ? `_${name.replace(pattern, '')}` : name),
  );

  expect(given.length).toBeGreaterThan(10);
  expect(unread).toEqual([]);
});

test('only the gateway can be reached from outside, and no subgraph reaches another', () => {
  expect(Object.keys(services).filter((name) => services[name]?.ports !== undefined)).toEqual(['gateway']);
  const networksOf = (name: string): readonly string[] => services[name]?.networks ?? [];
  for (const system of SYSTEM_NAMES) {
    expect(networksOf(system)).toEqual([`${system}-calls`, `${system}-data`, `${system}-events`]);
    const others = SYSTEM_NAMES.filter((other) => other !== system);
    expect(networksOf(`${system}-worker`)).toEqual([
      `${system}-data`,
      ...others.map((other) => `${other}-events`),
    ]);
  }
  expect(networksOf('gateway').filter((network) => networksOf('postgres').includes(network))).toEqual([]);
});

test('a subgraph and its worker know their own database, each as a role of its own, and nothing of the others', () => {
  for (const [system, service, variable, role] of SYSTEM_NAMES.flatMap((name) => [
    [name, name, 'DATABASE_URL', 'runtime'] as const,
    [name, `${name}-worker`, 'WORKER_DATABASE_URL', 'worker'] as const,
  ])) {
    const urls = Object.entries(services[service]?.environment ?? {}).filter(([name]) =>
      name.endsWith('DATABASE_URL'),
    );
    expect(urls).toEqual([
      [
        `${system.toUpperCase()}_${variable}`,
        expect.stringMatching(`^postgres://${system}_${role}:.*@postgres:5432/${system}$`),
      ],
    ]);
  }
});

async function readAll(folders: readonly string[]): Promise<string> {
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(path.join(CHECKOUT, folder), { recursive: true });
      return names
        .filter((name) => /\.(ts|yaml)$/.test(name))
        .map((name) => path.join(CHECKOUT, folder, name));
    }),
  );
  return (await Promise.all(files.flat().map((file) => readFile(file, 'utf8')))).join('\n');
}
