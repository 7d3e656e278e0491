/**
 * Where a run was made and with what: the machine, Node, and the versions of the gateways. Knows no figures.
 */

import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';

import { PEERS } from '../gateways/gateway-recipes.ts';

const CHECKOUT_MODULES = path.resolve(import.meta.dirname, '../../../node_modules');
const PEER_MODULES = path.join(PEERS, 'node_modules');
const PACKAGES: Readonly<Record<string, string>> = {
  '@apollo/gateway': CHECKOUT_MODULES,
  '@apollo/server': CHECKOUT_MODULES,
  '@graphql-hive/gateway': PEER_MODULES,
  '@graphql-hive/router-runtime': PEER_MODULES,
  '@mercuriusjs/gateway': PEER_MODULES,
};

/** Its load stands for the neighbours, who make everybody look slower. */
export function describeMachine(): string {
  const [first] = cpus();
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  const [load = 0] = loadavg();
  return `${cpus().length} × ${first?.model ?? 'CPU'}, ${gibibytes} GB, load ${load.toFixed(1)} before`;
}

/** By package; without those that are not installed. */
export function readVersions(): Readonly<Record<string, string>> {
  const found = Object.entries(PACKAGES).flatMap(([name, modules]) => {
    const version = versionOf(path.join(modules, name, 'package.json'));
    return version === undefined ? [] : [[name, version] as const];
  });
  return { node: process.versions.node, ...Object.fromEntries(found) };
}

function versionOf(file: string): string | undefined {
  try {
    // Whoever has installed it has read the same file.
    return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
  } catch {
    return undefined;
  }
}
