/**
 * A gateway over guarded subgraphs, asked as somebody with some scopes, twice: the second time the operation is known,
 * and the answer must be the same. Knows no field.
 */

import { ERRORS } from '../../schema/contract/errors.ts';
import type { FakeSubgraph } from './fake-subgraph.ts';
import { postOf, startGateway, type GatewaySetup, type TestGateway } from './start-gateway.ts';
import { createTokenIssuer } from './token-issuer.ts';

export interface GuardedAnswer {
  readonly status: number;
  readonly body: unknown;
  /** What subgraphs were asked the first time, name before query. */
  readonly asked: readonly string[];
}

export interface GuardedGateway {
  /** `scopes` is undefined for nobody signed in. */
  readonly ask: (
    query: string,
    scopes?: readonly string[],
    variables?: Readonly<Record<string, unknown>>,
  ) => Promise<GuardedAnswer>;
  readonly gateway: TestGateway;
  readonly stop: () => Promise<void>;
}

export async function startGuarded(
  subgraphs: readonly FakeSubgraph[],
  config: NonNullable<GatewaySetup['config']> = {},
): Promise<GuardedGateway> {
  const issuer = await createTokenIssuer();
  const gateway = await startGateway({
    subgraphs,
    config: { ...config, identity: { issuers: [issuer.config] } },
  });
  const askedSoFar = () =>
    [...gateway.subgraphs.values()].map(({ name, received }) =>
      received.map(({ body }) => `${name} ${body.query}`),
    );
  return {
    gateway,
    async ask(query, scopes, variables) {
      const token = scopes === undefined ? {} : { token: await issuer.token({ scope: scopes.join(' ') }) };
      const init = postOf(query, { ...token, ...(variables === undefined ? {} : { variables }) });
      const before = askedSoFar();
      const { status, body } = await gateway.send('/graphql', init);
      const asked = askedSoFar().flatMap((texts, index) => texts.slice(before[index]?.length));
      const again = await gateway.send('/graphql', init);
      expect({ status: again.status, body: withoutIds(again.body) }).toEqual({
        status,
        body: withoutIds(body),
      });
      return { status, body, asked };
    },
    async stop() {
      await gateway.stop();
      issuer.stop();
    },
  };
}

/** A whole error for a field that is refused before anything is asked. */
export function refusedField(
  path: readonly (string | number)[],
  field: string,
  rule: string,
  subgraph = 'zoo',
): object {
  const { says: message, retryable } = ERRORS.FORBIDDEN_FIELD;
  return {
    message,
    path,
    extensions: {
      code: 'FORBIDDEN_FIELD',
      subgraph,
      retryable,
      requestId: expect.any(String),
      details: { field, rule },
    },
  };
}

function withoutIds(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replace(/"requestId":"[^"]*"/g, '"requestId":""'));
}
