/**
 * Where an option comes from and which of several values counts; what is said of a wrong one.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { StartRefused } from '../../../../gateway/base/start-refused.ts';
import { readConfig } from '../../../../gateway/config/read-config.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-config-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function configFile(...lines: readonly string[]): string {
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, lines.join('\n'));
  return file;
}

function problemsOf(flags: readonly string[], environment: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    readConfig(flags, environment);
  } catch (error) {
    if (error instanceof StartRefused) return error.problems;
    throw error;
  }
  return [];
}

test('a flag beats the environment, and the environment beats the file', () => {
  const file = configFile('server: { host: file.example, port: 1 }', 'supergraph: { file: a.graphql }');
  const { server } = readConfig(['--port', '3'], { TRIBUTARY_CONFIG: file, PORT: '2', HOST: 'env.example' });
  expect([server.host, server.port]).toEqual(['env.example', 3]);
});

test('file names are relative to the config file, a flag’s to where it is given', () => {
  const file = configFile(
    'supergraph: { file: a.graphql }',
    'callerProof: { keysFile: ../keys.json }',
    'identity: { issuers: [{ issuer: i, audience: a, jwksFile: jwks.json }] }',
  );
  const config = readConfig(['--config', file], {});
  expect([
    config.supergraph.file,
    config.callerProof?.keysFile,
    config.identity?.issuers[0]?.jwksFile,
  ]).toEqual([join(folder, 'a.graphql'), join(folder, '../keys.json'), join(folder, 'jwks.json')]);
  expect(readConfig(['--config', file, '--supergraph', 'b.graphql'], {}).supergraph.file).toBe('b.graphql');
});

test('in production the development issuer is refused, and any other is not', () => {
  const trusting = (issuer: string) =>
    configFile(
      'supergraph: { file: a.graphql }',
      `identity: { issuers: [{ issuer: "${issuer}", audience: a, jwksFile: k }] }`,
    );
  const production = { NODE_ENV: 'production' };
  const development = trusting('https://issuer.tributary.example');
  expect(problemsOf(['--config', development], production)).toEqual([
    'identity.issuers trusts https://issuer.tributary.example, whose keys are for development; name your own ' +
      'issuer, or do not set NODE_ENV to production.',
  ]);
  expect(problemsOf(['--config', development])).toEqual([]);
  expect(problemsOf(['--config', trusting('https://id.company.example')], production)).toEqual([]);
});

test('the files of TLS are relative to the config file, and half of a pair is refused', () => {
  const whole = configFile(
    'supergraph: { file: a.graphql }',
    'server: { tls: { certFile: c.pem, keyFile: k.pem, clientCaFile: ca.pem } }',
    'subgraphs: { overrides: { crm: { tls: { caFile: ca.pem, certFile: c.pem, keyFile: k.pem } } } }',
  );
  const { server, subgraphs } = readConfig(['--config', whole], {});
  const [ca, certFile, keyFile] = ['ca.pem', 'c.pem', 'k.pem'].map((name) => join(folder, name));
  const own = { certFile, keyFile, clientCaFile: ca, clientNames: [], minVersion: 'TLSv1.2' };
  expect([server.tls, subgraphs.overrides['crm']?.tls]).toEqual([own, { caFile: ca, certFile, keyFile }]);
  const half = configFile(
    'supergraph: { file: a.graphql }',
    'server: { tls: { certFile: c.pem, keyFile: k.pem, clientNames: [a.example] } }',
    'subgraphs: { overrides: { crm: { tls: { certFile: c.pem } } } }',
    'callerProof: {}',
  );
  expect(problemsOf(['--config', half])).toEqual([
    `${half}: server.tls needs clientCaFile where clientNames are given.`,
    `${half}: subgraphs.overrides.crm.tls needs certFile and keyFile together.`,
    `${half}: callerProof needs exactly one of keysFile and keys.`,
  ]);
});

test('the address of Redis comes from the environment, and a wrong one is not repeated, for its password', () => {
  const flags = ['--supergraph', 'a'];
  const url = 'rediss://:canary@redis.example:6380/1';
  expect(readConfig(flags, { REDIS_URL: url }).store.redisUrl).toBe(url);
  for (const wrong of ['http://:canary@redis.example', 'redis//:canary@']) {
    expect(problemsOf(flags, { REDIS_URL: wrong })).toEqual(['REDIS_URL must be a redis or rediss URL.']);
  }
});

test('variables are expanded in values, and an unquoted number is a number', () => {
  const file = configFile(
    'server:',
    '  host: ${HOST_NAME:-localhost}',
    'subgraphs:',
    '  defaults:',
    '    timeoutMs: ${TIMEOUT}',
    '  overrides: { crm: { url: "http://${CRM}/graphql" } }',
  );
  const flags = ['--config', file, '--supergraph', 'a'];
  const config = readConfig(flags, { TIMEOUT: '250', CRM: 'crm.example:81' });
  expect([
    config.server.host,
    config.subgraphs.defaults.timeoutMs,
    config.subgraphs.overrides['crm']?.url,
  ]).toEqual(['localhost', 250, 'http://crm.example:81/graphql']);
});

test('what a variable holds never becomes structure', () => {
  const file = configFile('supergraph: { file: "${FILE}" }');
  const { supergraph } = readConfig(['--config', file], { FILE: '/x, port: 1 }' });
  expect(supergraph.file).toBe('/x, port: 1 }');
});

test('in production introspection is off unless the file says otherwise', () => {
  const flags = ['--supergraph', 'a', '--config', configFile('introspection: { enabled: true }')];
  expect(readConfig(['--supergraph', 'a'], { NODE_ENV: 'production' }).introspection.enabled).toBe(false);
  expect(readConfig(flags, { NODE_ENV: 'production' }).introspection.enabled).toBe(true);
});

test.each([
  ['a port that is none', 'server: { port: 70000 }', ['server.port must be at most 65535, not 70000.']],
  ['a fraction', 'server: { maxBodyBytes: 1.5 }', ['server.maxBodyBytes must be a whole number, not 1.5.']],
  [
    'a URL that is none',
    'subgraphs: { overrides: { crm: { url: crm } } }',
    ['subgraphs.overrides.crm.url must be an http or https URL.'],
  ],
  [
    'an issuer without keys',
    'identity: { issuers: [{ issuer: i, audience: a }] }',
    ['identity.issuers[0] needs exactly one of jwksFile and jwksUrl.'],
  ],
  ['no issuer', 'identity: { issuers: [] }', ['identity.issuers must be at least 1 item long.']],
  [
    'an algorithm by which readers could write',
    'identity: { issuers: [{ issuer: i, audience: a, jwksFile: k, algorithms: [HS256] }] }',
    [
      'identity.issuers[0].algorithms[0] must be one of EdDSA, ES256, ES384, PS256, PS384, PS512, RS256, RS384, RS512.',
    ],
  ],
  [
    'what is no network of proxies',
    'server: { trustedProxies: [10.0.0.0/33, proxy.example] }',
    ['[0]', '[1]'].map(
      (at) => `server.trustedProxies${at} must be an IP address or a network such as 10.0.0.0/8.`,
    ),
  ],
  [
    'an authority for a connection without TLS',
    'store: { redisUrl: "redis://r", caFile: ca.pem }',
    ['store needs a rediss URL where caFile is given.'],
  ],
  ...['redis://r:6379/cache', 'redis://r/-1', 'redis://r?db=x', 'rediss://r/0/1'].map(
    (url): [string, string, string[]] => [
      `a Redis whose database has no number (${url})`,
      `store: { redisUrl: "${url}" }`,
      [
        'store.redisUrl must have nothing or the number of a database behind the port, such as redis://host:6379/2.',
      ],
    ],
  ),
  ['a group that is text', 'server: fast', ['server must be a group of options, not a string.']],
  ['a name with nothing near', 'banana: 1', ['banana is not an option.']],
  [
    'several mistakes',
    'logs: {}\nlog: { levle: info }',
    ['log.levle is not an option. Did you mean "level"?', 'logs is not an option. Did you mean "log"?'],
  ],
])('%s is refused', (_what, yaml, problems) => {
  const file = configFile(yaml);
  expect(problemsOf(['--config', file, '--supergraph', 'a'])).toEqual(
    problems.map((problem) => `${file}: ${problem}`),
  );
});

test('a file that is not YAML is refused with the place', () => {
  const file = configFile('server:', '  port: [1');
  expect(problemsOf(['--config', file])).toEqual([
    expect.stringMatching(new RegExp(`^${file}:2:\\d+ is not YAML: .+\\.$`)),
  ]);
});

test('a file that does not exist is refused by name', () => {
  expect(problemsOf(['--config', '/nowhere.yaml'])).toEqual([
    'The config file /nowhere.yaml does not exist.',
  ]);
});

test('a flag that does not exist is refused', () => {
  expect(problemsOf(['--prot', '1'])).toEqual([
    "The command line is wrong: Unknown option '--prot'. Usage: npm run gateway -- [--config …] [--supergraph …] [--port …] [--host …]; gateway/config/REFERENCE.md has all options.",
  ]);
});

test.each([
  [
    'file: a, url: "http://h/s", allowedHosts: ["h:80"]',
    'url cannot stand beside supergraph.file: give one of file, url and folder',
  ],
  [
    'folder: a, publicKeysFile: k',
    'publicKeysFile cannot hold for a folder, which has no one signature: compose it, sign that, and give it as file or url',
  ],
  ['file: a, keepFile: k', 'keepFile is for a url alone'],
  [
    'url: "https://h/s", allowedHosts: ["h:443"], watch: true',
    'watch is for a file or a folder: an address is asked every polling.everyMs by itself',
  ],
  ['url: "file:///etc/passwd"', 'url must be an http or https URL'],
  ['url: "::"', 'url must be an http or https URL'],
  ['url: "ftp://h/s", allowedHosts: ["h:21"]', 'url must be an http or https URL'],
  [
    'url: "http://169.254.169.254/latest/meta-data?key=canary"',
    'url leads to 169.254.169.254:80, which is not listed in supergraph.allowedHosts',
  ],
  // The same address, written in other ways.
  [
    'url: "http://0xa9fea9fe/", allowedHosts: ["h:80"]',
    'url leads to 169.254.169.254:80, which is not listed in supergraph.allowedHosts',
  ],
  [
    'url: "https://h.example.evil/s", allowedHosts: ["h.example:443"]',
    'url leads to h.example.evil:443, which is not listed in supergraph.allowedHosts',
  ],
  [
    'url: "https://h/s", allowedHosts: ["h:80"]',
    'url leads to h:443, which is not listed in supergraph.allowedHosts',
  ],
  [
    'url: "https://me:canary@h/s", allowedHosts: ["h:443"]',
    'url must hold no user name and no password; give polling.tokenFile instead',
  ],
  [
    'url: "http://h/s", allowedHosts: ["h:80"], polling: { token: canary }',
    'url must be https where a token is sent along',
  ],
  [
    'file: a, allowedHosts: ["h"]',
    'allowedHosts[0] must be a host and its port, such as schemas.example:443',
  ],
  [
    'file: a, allowedHosts: ["u@h:80"]',
    'allowedHosts[0] must be a host and its port, such as schemas.example:443',
  ],
  ['file: a, polling: { token: t, tokenFile: f }', 'polling needs no more than one of token and tokenFile'],
])('a source of supergraphs %s is refused', (options, says) => {
  const file = configFile(`supergraph: { ${options} }`);
  expect(problemsOf(['--config', file])).toEqual([`${file}: supergraph.${says}.`]);
});

test('files of the source are relative to the config file, and a listed host may be asked', () => {
  const file = configFile(
    'supergraph: { url: "https://H.example/s", allowedHosts: ["h.example:443"], keepFile: kept, publicKeysFile: keys, polling: { tokenFile: token } }',
  );
  expect(readConfig(['--config', file], {}).supergraph).toMatchObject({
    keepFile: join(folder, 'kept'),
    publicKeysFile: join(folder, 'keys'),
    polling: { tokenFile: join(folder, 'token') },
  });
});
