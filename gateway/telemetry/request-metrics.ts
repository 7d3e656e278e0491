/**
 * The metrics of requests and of what they need, for the list in `metrics.ts`: name, kind, one sentence, labels.
 */

export const REQUEST_METRICS = {
  requests: {
    kind: 'counter',
    name: 'tributary_requests_total',
    help: 'Requests that have ended, by type of operation (none: there was no valid one) and HTTP status; no probes.',
    labels: ['type', 'status'],
  },
  requestDuration: {
    kind: 'histogram',
    name: 'tributary_request_duration_seconds',
    help: 'From the first header of a request to the last byte of its answer, by operation and client; the first of them by name, the rest as other.',
    labels: ['operation', 'client'],
  },
  errors: {
    kind: 'counter',
    name: 'tributary_errors_total',
    help: 'Errors in answers, by code and by whose they are: a subgraph, else client, system or us.',
    labels: ['code', 'owner'],
  },
  subgraphCallDuration: {
    kind: 'histogram',
    name: 'tributary_subgraph_call_duration_seconds',
    help: 'Calls to subgraphs that were made, repetitions each for itself, by what became of them.',
    labels: ['subgraph', 'outcome'],
  },
  preparedOperations: {
    kind: 'gauge',
    name: 'tributary_prepared_operations',
    help: 'Operations that are ready to run, in the memories of all processes.',
    labels: [],
  },
  preparedPlans: {
    kind: 'gauge',
    name: 'tributary_prepared_plans',
    help: 'Plans of these operations: one for each set of choices that they were asked under.',
    labels: [],
  },
  preparedBytes: {
    kind: 'gauge',
    name: 'tributary_prepared_operations_bytes',
    help: 'Roughly what the operations take that are ready to run.',
    labels: [],
  },
  preparedHits: {
    kind: 'counter',
    name: 'tributary_prepared_operations_hits_total',
    help: 'Requests whose operation was ready to run.',
    labels: [],
  },
  preparedMisses: {
    kind: 'counter',
    name: 'tributary_prepared_operations_misses_total',
    help: 'Requests whose operation had to be planned first.',
    labels: [],
  },
  preparedEvictions: {
    kind: 'counter',
    name: 'tributary_prepared_operations_evictions_total',
    help: 'Operations that had to make room for others.',
    labels: [],
  },
  planningDuration: {
    kind: 'histogram',
    name: 'tributary_planning_duration_seconds',
    help: 'How long the planning of an operation took, its wait not included.',
    labels: [],
  },
  planningWaiting: {
    kind: 'gauge',
    name: 'tributary_planning_waiting',
    help: 'Operations that wait to be planned or are being planned.',
    labels: [],
  },
  planningRefused: {
    kind: 'counter',
    name: 'tributary_planning_refused_total',
    help: 'Operations that were not planned: too much at once, too large, too slow, or impossible.',
    labels: [],
  },
  planningProcessesReplaced: {
    kind: 'counter',
    name: 'tributary_planning_processes_replaced_total',
    help: 'Planning processes that an operation has killed by time, memory or a crash.',
    labels: [],
  },
  spans: {
    kind: 'counter',
    name: 'tributary_spans_total',
    help: 'Recorded spans of traces: exported, failed (the collector did not take them) or dropped (too many waited).',
    labels: ['outcome'],
  },
} as const;
