/**
 * Every metric of a subgraph's process, once: its name, its kind and one sentence; and where they are counted. Labels
 * hold names of the schema and of the kit alone. Knows no server.
 */

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export const SUBGRAPH_METRICS = {
  requestDuration: {
    kind: 'histogram',
    name: 'tributary_system_request_duration_seconds',
    help: 'Proven calls of the gateway, by type of operation (none: there was no valid one) and HTTP status.',
    labels: ['type', 'status'],
  },
  callersRefused: {
    kind: 'counter',
    name: 'tributary_system_callers_refused_total',
    help: 'Calls that came without a valid proof of who calls.',
    labels: [],
  },
  errors: {
    kind: 'counter',
    name: 'tributary_system_errors_total',
    help: 'Errors in answers, also to the events and webhooks of others, by code.',
    labels: ['code'],
  },
  refusals: {
    kind: 'counter',
    name: 'tributary_system_refusals_total',
    help: 'Fields that a rule has refused, by field and rule.',
    labels: ['field', 'rule'],
  },
  statementDuration: {
    kind: 'histogram',
    name: 'tributary_system_statement_duration_seconds',
    help: 'SQL statements, by their first word.',
    labels: ['operation'],
  },
  connections: {
    kind: 'gauge',
    name: 'tributary_system_database_connections',
    help: 'Connections of the pool to the database: used, idle.',
    labels: ['state'],
  },
  connectionsWaited: {
    kind: 'gauge',
    name: 'tributary_system_database_waiting',
    help: 'Who waits for a connection to the database.',
    labels: [],
  },
} as const;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const WORDS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'WITH', 'BEGIN', 'COMMIT', 'ROLLBACK'];
/** More codes than the table of errors has are somebody's mistake. */
const CODE = /^[A-Z_]{1,64}$/;

export interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** An error as it leaves, or part of one. */
export interface LeavingError {
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export interface SubgraphMetrics {
  readonly registry: Registry;
  readonly answered: (type: string, status: number, ms: number) => void;
  readonly refusedCaller: () => void;
  readonly failed: (errors: readonly LeavingError[]) => void;
  readonly ranStatement: (sql: string, ms: number) => void;
  readonly watchPool: (pool: PoolCounts) => void;
}

/** With those of the process itself. */
export function createSubgraphMetrics(): SubgraphMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const shape = (metric: keyof typeof SUBGRAPH_METRICS): Shape => {
    const { name, help, labels } = SUBGRAPH_METRICS[metric];
    return { name, help, labelNames: [...labels], registers: [registry] };
  };
  const requests = new Histogram({ ...shape('requestDuration'), buckets: SECONDS });
  const statements = new Histogram({ ...shape('statementDuration'), buckets: SECONDS });
  const callersRefused = new Counter(shape('callersRefused'));
  const errors = new Counter(shape('errors'));
  const refusals = new Counter(shape('refusals'));
  return {
    registry,
    answered: (type, status, ms) => requests.observe({ type, status }, ms / 1000),
    refusedCaller: () => callersRefused.inc(),
    failed(given) {
      for (const { extensions = {} } of given) {
        const { code, details } = extensions;
        errors.inc({ code: typeof code === 'string' && CODE.test(code) ? code : 'INTERNAL' });
        if (code === 'FORBIDDEN') refusals.inc(refusalOf(details));
      }
    },
    ranStatement: (sql, ms) => statements.observe({ operation: firstWordOf(sql) }, ms / 1000),
    watchPool: (pool) => watchPool(pool, shape),
  };
}

function watchPool(pool: PoolCounts, shape: (metric: 'connections' | 'connectionsWaited') => Shape): void {
  new Gauge({
    ...shape('connections'),
    collect() {
      this.set({ state: 'used' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
    },
  });
  new Gauge({
    ...shape('connectionsWaited'),
    collect() {
      this.set(pool.waitingCount);
    },
  });
}

interface Shape {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: Registry[];
}

/** As shield's denials say it; a resolver's own refusal names none. */
function refusalOf(details: unknown): { readonly field: string; readonly rule: string } {
  const named = (name: string) => {
    const value: unknown = typeof details === 'object' && details !== null ? Reflect.get(details, name) : '';
    return typeof value === 'string' ? value : '';
  };
  return { field: named('field'), rule: named('rule') };
}

function firstWordOf(sql: string): string {
  const word = sql.trimStart().slice(0, 8).split(/\s/, 1)[0]?.toUpperCase() ?? '';
  return WORDS.includes(word) ? word : 'OTHER';
}
