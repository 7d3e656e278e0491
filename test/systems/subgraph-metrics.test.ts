/**
 * What a subgraph counts of its answers: errors by code, and which rule has refused which field.
 */

import { createSubgraphMetrics } from '../../subgraphs/kit/telemetry/subgraph-metrics.ts';
import { ADA, startCrm } from '../kit/start-crm.ts';

test('a rule that refuses is counted with its field, and no other error as a refusal', async () => {
  const metrics = createSubgraphMetrics();
  const crm = await startCrm({ watch: { metrics } });
  await crm.ask('{ customerByNumber(number: "C-10001") { name internalNotes } }', { as: 'sales' });
  await crm.ask('query ($id: ID!) { customer(id: $id) { internalNotes } }', {
    as: 'commerce',
    variables: { id: ADA },
  });
  await crm.ask('{ unknown }', { as: 'sales' });
  await crm.stop();
  const page = await metrics.registry.metrics();
  const counted = /^tributary_system_(?:errors|refusals|request\w*_count|callers)\S* .*$/gm;
  expect(page.match(counted)).toEqual([
    'tributary_system_request_duration_seconds_count{type="query",status="200"} 2',
    'tributary_system_request_duration_seconds_count{type="none",status="400"} 1',
    'tributary_system_callers_refused_total 0',
    'tributary_system_errors_total{code="FORBIDDEN"} 1',
    'tributary_system_errors_total{code="GRAPHQL_VALIDATION_FAILED"} 1',
    'tributary_system_refusals_total{field="Customer.internalNotes",rule="holds notes:read"} 1',
  ]);
});
