/**
 * Who is told by /ready what exactly is missing: everybody, or whoever is on the machine or may know it.
 */

import { readConfig } from '../../gateway/config/read-config.ts';
import { down } from '../kit/fake-subgraph.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { startGateway, type TestGateway } from '../kit/start-gateway.ts';
import { createTokenIssuer, type TokenIssuer } from '../kit/token-issuer.ts';

let issuer: TokenIssuer;
let gateway: TestGateway;

beforeAll(async () => {
  issuer = await createTokenIssuer();
  gateway = await startGateway({
    subgraphs: [crm, down(accounting), shop],
    config: { identity: { issuers: [issuer.config] }, readiness: { details: 'permitted' } },
  });
});

afterAll(async () => {
  await gateway.stop();
  issuer.stop();
});

/** As a proxy on this machine passes it on. */
async function fromOutside(token?: string) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { 'x-forwarded-for': '203.0.113.7', ...authorization };
  const { status, body } = await gateway.send('/ready', { headers });
  return [status, body];
}

const TOLD = {
  status: 'degraded',
  failures: [{ code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'accounting' }],
  circuits: expect.any(Object),
  supergraph: expect.any(Object),
};

test('who comes from outside hears a status, with any token but the right one', async () => {
  const only = [200, { status: 'degraded' }];
  expect(await fromOutside()).toEqual(only);
  expect(await fromOutside('no.token.atall')).toEqual(only);
  expect(await fromOutside(await issuer.token({ roles: ['finance'] }))).toEqual(only);
});

test('who may look after it hears what is missing', async () => {
  expect(await fromOutside(await issuer.token({ scope: 'ops:read' }))).toEqual([200, TOLD]);
});

test('so does who asks from the machine itself', async () => {
  const { status, body } = await gateway.send('/ready', {});
  expect([status, body]).toEqual([200, TOLD]);
});

test('in production it is for the permitted, unless it is said otherwise', () => {
  const flags = ['--supergraph', 'any.graphql'];
  const of = (environment: Record<string, string>) => readConfig(flags, environment).readiness.details;
  expect([of({}), of({ NODE_ENV: 'production' })]).toEqual(['everyone', 'permitted']);
});

test('OpenTelemetry’s own variables say where traces go', () => {
  const of = (environment: Record<string, string>) => {
    const { endpoint, sampleRatio, serviceName } = readConfig(
      ['--supergraph', 'any.graphql'],
      environment,
    ).traces;
    return [endpoint, sampleRatio, serviceName];
  };
  const set = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
  expect(of({})).toEqual([undefined, 1, 'tributary-gateway']);
  expect(of(set)).toEqual(['http://collector:4318/v1/traces', 1, 'tributary-gateway']);
  expect(of({ ...set, OTEL_SDK_DISABLED: 'true' })).toEqual([undefined, 1, 'tributary-gateway']);
  expect(
    of({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
      OTEL_SERVICE_NAME: 'front-door',
    }),
  ).toEqual(['https://traces.example/in', 0.1, 'front-door']);
});
