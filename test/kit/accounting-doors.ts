/**
 * Accounting with its doors for other systems open, and requests to knock with: signed as the standard says, by its
 * own library. Clock and secrets are the test's.
 */

import { Webhook } from 'standardwebhooks';

import { accounting } from '../../subgraphs/accounting/subgraph.ts';
import { createSubgraphMetrics } from '../../subgraphs/kit/telemetry/subgraph-metrics.ts';
import type { WebhookSecrets } from '../../subgraphs/kit/events/webhook-secrets.ts';
import { freshDatabase } from './company-databases.ts';
import { eventSecret } from './event-secrets.ts';
import { runAs } from './small-shop.ts';
import { startSubgraph } from './start-subgraph.ts';

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SignedText {
  readonly id: string;
  readonly body: string;
  readonly secret?: Uint8Array | undefined;
}

export type AccountingDoors = Awaited<ReturnType<typeof openAccountingDoors>>;

export async function openAccountingDoors() {
  const database = await freshDatabase('accounting');
  const world = {
    nowMs: Date.now(),
    /** Active secrets by sender. */
    active: new Map(['crm', 'shop', 'bank'].map((sender) => [sender, [eventSecret(sender, 'accounting')]])),
  };
  const secrets: WebhookSecrets = {
    sendingTo: () => [],
    receivingFrom: (sender) => world.active.get(sender) ?? [],
  };
  const followed = { current: () => secrets, latest: () => secrets };
  const receiving = { secrets: followed, nowMs: () => world.nowMs, toleranceMs: 300_000 };
  const metrics = createSubgraphMetrics();
  const subgraph = await startSubgraph(accounting, database.runtime, { receiving, watch: { metrics } });
  const nowS = (offsetS = 0) => String(Math.floor(world.nowMs / 1000) + offsetS);
  return {
    world,
    nowS,
    /** Lines of the metrics that count errors. */
    countedErrors: async () =>
      (await metrics.registry.metrics()).match(/^tributary_system_errors_total\S* .*$/gm) ?? [],
    query: (statement: string) => runAs(database.runtime, statement),
    sign: (
      sender: string,
      { id, body, secret = eventSecret(sender, 'accounting') }: SignedText,
    ): SignedRequest => {
      const webhook = new Webhook(new Uint8Array(secret), { format: 'raw' });
      const signature = webhook.sign(id, new Date(world.nowMs), body);
      const headers = { 'webhook-id': id, 'webhook-timestamp': nowS(), 'webhook-signature': signature };
      return { headers, body };
    },
    post: async (path: string, { headers, body }: SignedRequest) => {
      const response = await fetch(new URL(path, subgraph.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      const answer: unknown = await response.json();
      return { status: response.status, answer };
    },
    stop: () => subgraph.stop().then(() => database.drop()),
  };
}

/** What a refusal says; the sender does not try again. */
export function refusedBecause(reason: string) {
  const message = 'The event cannot be adopted here.';
  return { status: 422, answer: { errors: [{ message, extensions: { code: 'EVENT_REFUSED', reason } }] } };
}
