/**
 * The whole gateway, put together and listening: supergraph, snapshots, server, routes. Does nothing itself;
 * knows every room below and in which order they start and stop.
 */

import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { stopServing, type Stopping } from '../../schema/contract/stop-serving.ts';
import type { Tracer } from '../../schema/contract/trace-span.ts';
import { allOrRefused, StartRefused } from '../base/start-refused.ts';
import type { Config } from '../config/options.ts';
import { createIdentity, type Identity } from '../identity/create-identity.ts';
import { createLimits } from '../operation/create-limits.ts';
import { createDocuments, type Documents } from '../request/create-documents.ts';
import { followDocuments } from '../request/follow-documents.ts';
import { followSupergraph } from '../request/follow-supergraph.ts';
import type { SubgraphPolicies } from '../resilience/subgraph-policies.ts';
import { createSource } from '../supergraph/create-source.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { createSubjectHash } from '../telemetry/hash-subject.ts';
import { Meters } from '../telemetry/meters.ts';
import { startTracing } from '../telemetry/start-tracing.ts';
import { createPolicies } from '../upstream/create-policies.ts';
import { addLiveUpdates } from './add-live-updates.ts';
import { Admission } from './admission.ts';
import { addConsole } from './console-routes.ts';
import { createApp } from './create-app.ts';
import { createShared } from './create-shared.ts';
import { addGraphqlRoute } from './graphql-route.ts';
import { addMetricsRoute, type MetricsParts } from './metrics-route.ts';
import type { LiveUpdates } from './live-updates.ts';
import { createContentTypes } from './content-types.ts';
import { createProbe } from './readiness-probe.ts';
import { cacheProbe } from './readiness.ts';
import { openShortDoor } from './short-door.ts';
import { createShortWay } from './short-way.ts';
import { tlsServerFactory } from './tls-server.ts';
import { spanBeginner } from './trace-request.ts';
import { Visits, type VisitParts } from './visits.ts';

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
  const policies = createPolicies(config.subgraphs, log);
  const meters = new Meters(config.metrics);
  const begun = { policies, meters };
  const [identity, shared, serverFactory, documents] = await createParts(config, log, begun);
  const answering = await startAnswering(config, log, { ...begun, documents });
  const { snapshots, reload } = answering;
  const probe = createProbe({ options: config.readiness, snapshots, log });
  const stopping: Stopping = { stage: 'serving' };
  const admission = new Admission(config.server);
  const tracing = await startTracing(config.traces, log);
  const inside = { identity, policies, admission, documents, snapshots, meters, tracing, log, ...shared };
  const visits = createVisits(config, inside);
  const app = await createApp({
    ...inside,
    options: config.server,
    visits,
    readiness: config.readiness,
    circuits: () => policies.circuits(),
    isReady: cacheProbe(probe, () => performance.now()),
    stopping,
    servedSupergraph: () => snapshots.state(),
    trustedDocuments: { ...answering, state: documents.state },
    serverFactory,
  });
  const { live, sayLastMetrics } = await addDoors(app, config, { ...inside, visits, stopping });

  async function stopAll(): Promise<void> {
    answering.stopReading();
    await closeDoors(app, live, config.server, log);
    await answering.stop();
    shared.store.stop();
    await tracing?.stop();
    await sayLastMetrics?.();
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

/** Requests end within the configured time, and live updates are sent away meanwhile. */
async function closeDoors(
  app: FastifyInstance,
  live: LiveUpdates | undefined,
  options: Config['server'],
  log: Logger,
): Promise<void> {
  const sentAway = live?.sendAway(sendAwayWithinMs(options));
  if (!(await stopServing(app, options))) log.warn('requests that took too long to end were cut off');
  await sentAway;
}

interface VisitSources extends Omit<VisitParts, 'options' | 'hashSubject' | 'beginSpan'> {
  readonly tracing: Tracer | undefined;
}

function createVisits(config: Config, parts: VisitSources): Visits {
  const hashSubject = createSubjectHash(config.log.subjectKey);
  const beginSpan = spanBeginner(parts.tracing, config.traces);
  return new Visits({ ...parts, options: config.server, hashSubject, beginSpan });
}

interface DoorParts extends Omit<MetricsParts, 'live'> {
  readonly identity: Identity;
  readonly visits: Visits;
  readonly stopping: Stopping;
  readonly log: Logger;
}

/** All that is asked over HTTP but the probes. Gives what must be done for them at the end. */
async function addDoors(app: FastifyInstance, config: Config, parts: DoorParts) {
  const { documents, snapshots, log } = parts;
  const events = addLiveUpdates(app, { ...parts, config });
  const metricsParts = { ...parts, live: events?.live };
  const sayLastMetrics = config.metrics.enabled ? addMetricsRoute(app, metricsParts) : undefined;
  const { limits, console: options, server } = config;
  const toldScopes = options.enabled ? options.scopes : undefined;
  const contentTypes = createContentTypes();
  const measured = createLimits(limits);
  const { maxAnswerBytes } = limits;
  const shortWay = createShortWay({ snapshots, documents, limits: measured, maxAnswerBytes, contentTypes });
  const answering = { snapshots, documents, toldScopes, contentTypes, shortWay };
  addGraphqlRoute(app, { ...config, ...answering, measured, events });
  openShortDoor(app.server, { ...parts, ...answering, options: server });
  if (options.enabled) await addConsole(app, { options, limits, snapshots, documents, log });
  return { live: events?.live, sayLastMetrics };
}

interface BegunParts {
  readonly policies: SubgraphPolicies;
  readonly meters: Meters;
}

/** What needs no supergraph. Where it is refused, that says too what is wrong with the supergraph. */
async function createParts(config: Config, log: Logger, begun: BegunParts) {
  const shared = createShared(config, log);
  const store = shared.then((made) => made.store);
  const parts = allOrRefused([
    createIdentity(config.identity, log),
    shared,
    Promise.try(tlsServerFactory, config.server.tls, log),
    createDocuments(config, { limits: createLimits(config.limits), store, log }),
  ]);
  const tried = parts.then(
    () => undefined,
    () => trySupergraph(config, log, begun),
  );
  const [made] = await allOrRefused([parts, tried]);
  return made;
}

async function trySupergraph(config: Config, log: Logger, begun: BegunParts): Promise<void> {
  const documents = { hold: () => undefined, prepare: () => Promise.resolve() };
  const source = createSource(config, log);
  const once = { isWatched: false, startWithinMs: 0 };
  const { stopReading, stop } = await followSupergraph(source, once, { config, log, ...begun, documents });
  stopReading();
  await stop();
}

interface AnsweringParts extends BegunParts {
  readonly documents: Documents;
}

/** What answers requests, whatever way they come. Throws StartRefused. */
async function startAnswering(config: Config, log: Logger, parts: AnsweringParts) {
  const { documents } = parts;
  const { url, watch, polling } = config.supergraph;
  const following = { isWatched: watch || url !== undefined, startWithinMs: polling.startWithinMs };
  const followed = await followSupergraph(createSource(config, log), following, { config, log, ...parts });
  const { snapshots, reload, stopReading } = followed;
  const followedDocuments = followDocuments(config.documents, documents, snapshots);
  // Of several workers nobody asks whether this one is ready: who listens is sent requests.
  if (config.server.workers !== 1) await followedDocuments.prepared;
  return {
    snapshots,
    reload,
    stopReading,
    isPrepared: followedDocuments.isPrepared,
    async stop() {
      await Promise.all([followedDocuments.stop(), followed.stop()]);
    },
  };
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
