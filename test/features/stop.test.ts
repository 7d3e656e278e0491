/**
 * The gateway's end: what runs is answered, and then nothing keeps it waiting.
 */

import { expect, test } from '@jest/globals';
import { honest, slow } from '../kit/fake-subgraph.ts';
import { startGateway } from '../kit/start-gateway.ts';
import { isTrueWithin } from '../../tools/state/running-process.ts';

test('a request that ends during the stop is answered, and its kept connection does not delay the end', async () => {
  const patient = honest('patient', 'type Query { word: String }', { Query: { word: () => 'yes' } });
  const gateway = await startGateway({
    subgraphs: [slow(patient, '150ms')],
    config: { server: { shutdownGraceMs: 10_000 } },
  });
  const answer = gateway.ask('{ word }');
  await isTrueWithin(async () => gateway.subgraphs.get('patient')?.received.length === 1, 5_000);
  const startedAt = performance.now();
  await gateway.stop();

  expect(await answer).toEqual({ data: { word: 'yes' } });
  // fetch keeps its connection for four seconds; the gateway must not wait for that.
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});
