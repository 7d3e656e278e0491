/**
 * The whole gateway, put together and listening: supergraph, snapshots, server, routes. Does nothing itself;
 * knows every room below and in which order they start and stop.
 */

import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { stopServing, type Stopping } from '../../schema/contract/stop-serving.ts';
import { StartRefused } from '../base/start-refused.ts';
import type { Config } from '../config/options.ts';
import { createIdentity } from '../identity/create-identity.ts';
import { createSnapshots } from '../request/snapshots.ts';
import { readSupergraph } from '../supergraph/read-supergraph.ts';
import { watchFile } from '../supergraph/watch-file.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { createPolicies } from '../upstream/create-policies.ts';
import { addLiveUpdates } from './add-live-updates.ts';
import { Admission } from './admission.ts';
import { createApp } from './create-app.ts';
import { addGraphqlRoute } from './graphql-route.ts';
import { addMetricsRoute } from './metrics-route.ts';
import { createProbe } from './readiness-probe.ts';
import { cacheProbe } from './readiness.ts';
import { tlsServerFactory } from './tls-server.ts';

export interface RunningGateway {
  readonly url: string;
  /** Reads the supergraph again; what runs ends as it began. Never rejects: a bad one is refused and logged. */
  reload(): Promise<void>;
  /**
   * Lets running requests finish within the configured time, then cuts them off. Safe to call twice. One that another
   * process replaces on the same port stays ready until it is gone.
   */
  stop(how?: { readonly isReplaced: boolean }): Promise<void>;
}

/** Asks no subgraph: one that is down is no reason not to start. Throws StartRefused. */
export async function startGateway(config: Config, log: Logger): Promise<RunningGateway> {
  const { file, watch } = config.supergraph;
  const reload = () => snapshots.replace(() => readSupergraph(file));
  const identity = createIdentity(config.identity, log);
  const policies = createPolicies(config.subgraphs, log);
  const serverFactory = tlsServerFactory(config.server.tls, log);
  const snapshots = await createSnapshots(readSupergraph(file), { config, log, policies });
  const changes = watch ? watchFile(file, reload) : undefined;
  const probe = createProbe({ options: config.readiness, snapshots, log });
  const isReady = cacheProbe(probe, () => performance.now());
  const stopping: Stopping = { stage: 'serving' };
  const servedSupergraph = () => snapshots.state();
  const admission = new Admission(config.server);
  const app = await createApp({
    options: config.server,
    identity,
    admission,
    readiness: config.readiness,
    circuits: () => policies.circuits(),
    isReady,
    stopping,
    servedSupergraph,
    log,
    serverFactory,
  });
  const events = addLiveUpdates(app, { config, identity, admission, snapshots, log });
  if (config.metrics.enabled) addMetricsRoute(app, { policies, admission, live: events?.live });
  addGraphqlRoute(app, { snapshots, limits: config.limits, events });

  async function stopAll(): Promise<void> {
    changes?.stop();
    const sentAway = events?.live.sendAway(sendAwayWithinMs(config.server));
    if (!(await stopServing(app, config.server))) log.warn('requests that took too long to end were cut off');
    await sentAway;
    await snapshots.stop();
  }
  let ended: Promise<void> | undefined;
  const stop = ({ isReplaced = false } = {}) => {
    stopping.stage = isReplaced ? 'replaced' : 'stopping';
    return (ended ??= stopAll());
  };

  try {
    return { url: await listen(app, config.server), reload, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Longer than others are accepted, so that those who come back find a gateway that stays; and well before the end. */
function sendAwayWithinMs({ drainDelayMs, shutdownGraceMs }: Config['server']): number {
  return drainDelayMs + shutdownGraceMs / 2;
}

async function listen(app: FastifyInstance, options: Config['server']): Promise<string> {
  const { host, port } = options;
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      throw new StartRefused([
        `Port ${port} on ${host} is taken; choose another with --port, PORT or server.port.`,
      ]);
    }
    throw new StartRefused([`The gateway cannot listen on ${host}:${port} (${String(code)}).`]);
  }
  // A TCP server that listens has an address and a port.
  const { port: actualPort } = app.server.address() as AddressInfo;
  return `${options.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
}
