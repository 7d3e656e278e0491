/**
 * The gateway as an operator runs it: one process, started with a few words, that says clearly why it does not
 * start and stops in order when it is told to.
 */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { CHILD_ENVIRONMENT } from '../kit/child-environment.ts';
import { serve, slow, type ServedSubgraph } from '../kit/fake-subgraph.ts';
import { PATIENCE_MS } from '../kit/patience.ts';
import { accounting, crm, shop } from '../kit/small-company.ts';
import { composed, postOf } from '../kit/start-gateway.ts';

const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');
const MAIN = join(import.meta.dirname, '../../gateway/main.ts');

let folder: string;
let served: readonly ServedSubgraph[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-process-'));
  served = await Promise.all([serve(slow(crm, '300ms')), serve(accounting), serve(shop)]);
  write('supergraph.graphql', composed(served));
});

afterAll(async () => {
  await Promise.all(served.map((subgraph) => subgraph.stop()));
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** For starts that are refused: waits for the end. */
async function run(flags: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(NODE, [MAIN, ...flags], {
    env: { ...CHILD_ENVIRONMENT, ...environment },
    cwd: folder,
  });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code, stderr };
}

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly exited: Promise<unknown[]>;
}

async function start(flags: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Started> {
  const child = spawn(NODE, [MAIN, ...flags], {
    env: { ...CHILD_ENVIRONMENT, ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [message] = await once(child, 'message');
  expect(message).toEqual({ kind: 'listening', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
  return { child, url: message.url, exited };
}

const refusal = (...problems: string[]) =>
  ['The gateway does not start.', ...problems.map((problem) => `  - ${problem}`), ''].join('\n');

test('it answers over a supergraph given by a flag, finishes what runs on SIGTERM, and exits with 0', async () => {
  const { child, url, exited } = await start([
    '--supergraph',
    join(folder, 'supergraph.graphql'),
    '--port',
    '0',
  ]);
  const asked = served[0]?.received.length;
  const answer = fetch(`${url}/graphql`, postOf('{ customer(id: "1") { name } }')).then((response) =>
    response.json(),
  );
  while (served[0]?.received.length === asked) await new Promise(setImmediate);
  child.kill('SIGTERM');
  expect(await answer).toEqual({ data: { customer: { name: 'Ada Byron' } } });
  expect(await exited).toEqual([0, null]);
});

test('signals that come after the first one cut nothing short', async () => {
  const config = write(
    'patient.yaml',
    'supergraph: { file: supergraph.graphql }\nserver: { port: 0, drainDelayMs: 3000 }',
  );
  const { child, url, exited } = await start(['--config', config]);
  const ask = async () => (await fetch(`${url}/graphql`, postOf('{ customer(id: "1") { name } }'))).json();
  child.kill('SIGTERM');
  while ((await fetch(`${url}/ready`)).status !== 503) await new Promise(setImmediate);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    child.kill(signal);
    expect(await ask()).toEqual({ data: { customer: { name: 'Ada Byron' } } });
  }
  expect(await exited).toEqual([0, null]);
});

test('it takes the supergraph and the port from the environment, and stops when its parent goes away', async () => {
  const { child, url, exited } = await start([], {
    SUPERGRAPH_PATH: join(folder, 'supergraph.graphql'),
    PORT: '0',
  });
  const response = await fetch(`${url}/live`);
  expect(await response.json()).toEqual({ status: 'alive' });
  child.disconnect();
  expect(await exited).toEqual([0, null]);
});

test('a parent that goes away while it starts is missed too, and it ends in order', async () => {
  const child = spawn(NODE, [MAIN, '--supergraph', join(folder, 'supergraph.graphql'), '--port', '0'], {
    env: CHILD_ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.disconnect();
  const exited = once(child, 'exit');
  const [said, complaints] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  expect([await exited, complaints]).toEqual([[0, null], '']);
  expect(said).toContain('"cause":"the parent process went away"');
});

test('what its planning process has compiled is kept while it runs, because that one is ended without warning', async () => {
  const compiled = join(folder, 'compiled');
  const { child, exited } = await start(['--supergraph', join(folder, 'supergraph.graphql'), '--port', '0'], {
    NODE_COMPILE_CACHE: compiled,
  });
  // Its own is written at its end.
  const isKept = async () => existsSync(compiled) && readdirSync(compiled, { recursive: true }).length > 100;
  expect(await isTrueWithin(isKept, PATIENCE_MS)).toBe(true);
  child.kill('SIGTERM');
  await exited;
});

test('a broken config is refused with every mistake named', async () => {
  const file = write(
    'gateway.yaml',
    ['server: { prot: 4000, host: 7 }', 'log: { level: loud }', 'supergraph: { file: "${NOWHERE}" }'].join(
      '\n',
    ),
  );
  expect(await run(['--config', file, '--port', 'many'])).toEqual({
    code: 1,
    stderr: refusal(
      `${file} uses \${NOWHERE}, which is not set in the environment.`,
      `${file}: server.host must be a string, not a number.`,
      '--port must be a number, not a string.',
      `${file}: server.prot is not an option. Did you mean "port"?`,
      `${file}: log.level must be one of trace, debug, info, warn, error, fatal, silent.`,
    ),
  });
});

test.each([
  ['a circle', 'limits: &a [*a]'],
  ['too much', `a: &a [${'x,'.repeat(9)}x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: [${'*b,'.repeat(99)}*b]`],
])('a config whose aliases lead to %s is refused in a sentence', async (_what, content) => {
  const file = write('aliases.yaml', content);
  expect(await run(['--config', file])).toEqual({
    code: 1,
    stderr: refusal(
      `${file} cannot be unfolded: its aliases lead round in a circle, or to more than can be read.`,
    ),
  });
});

test('a certificate that is not there is named', async () => {
  const file = write(
    'tls.yaml',
    'supergraph: { file: supergraph.graphql }\nserver: { port: 0, tls: { certFile: no.pem, keyFile: no.key } }',
  );
  expect(await run(['--config', file])).toEqual({
    code: 1,
    stderr: refusal(`server.tls: the files cannot be used (ENOENT at ${join(folder, 'no.pem')}).`),
  });
});

test('where its log cannot be written it says so, answers all the same, and ends in order', async () => {
  const full = openSync('/dev/full', 'w');
  const flags = ['--supergraph', join(folder, 'supergraph.graphql'), '--port', '0'];
  const child = spawn(NODE, [MAIN, ...flags], {
    env: CHILD_ENVIRONMENT,
    stdio: ['ignore', full, 'pipe', 'ipc'],
  });
  closeSync(full);
  const [said, exited] = [text(child.stderr!), once(child, 'exit')];
  const [{ url }] = await once(child, 'message');
  for (let asked = 0; asked < 3; asked += 1) {
    const answer = await fetch(`${url}/graphql`, postOf('{ accounts }'));
    expect(answer.status).toBe(200);
  }
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(await said).toBe('The log cannot be written (ENOSPC); its lines are lost until it can.\n');
});

test('asked for help it names its flags, and that is no failure', () => {
  const { status, stdout } = spawnSync(NODE, [MAIN, '-h'], { env: CHILD_ENVIRONMENT, encoding: 'utf8' });
  expect([status, stdout]).toEqual([
    0,
    expect.stringMatching(/^Usage: npm run gateway -- \[--config …\].*\n$/),
  ]);
});

test('a start without a supergraph says how to name one', async () => {
  expect(await run([])).toEqual({
    code: 1,
    stderr: refusal(
      'supergraph.file (--supergraph or SUPERGRAPH_PATH) is required, or supergraph.url or supergraph.folder.',
    ),
  });
});

test.each([
  ['that does not exist', undefined, 'does not exist.'],
  [
    'that is not GraphQL',
    'type Query {\n  a: \n}',
    'is not GraphQL: Syntax Error: Expected Name, found "}".',
    ':3:1',
  ],
  [
    'that is a plain schema',
    'type Query { a: Int }',
    'is not a Federation 2 supergraph: its schema does not @link https://specs.apollo.dev/join/.',
  ],
])('a supergraph %s is refused in one sentence', async (_what, sdl, sentence, place = '') => {
  const file = sdl === undefined ? join(folder, 'nowhere.graphql') : write('broken.graphql', sdl);
  expect(await run(['--supergraph', file])).toEqual({
    code: 1,
    stderr: refusal(`The supergraph ${file}${place} ${sentence}`),
  });
});

test.each(['SECURITY', 'EXECUTION'])(
  'a supergraph with a feature for %s that it does not know is refused',
  async (purpose) => {
    const link = `@link(url: "https://example.com/vault/v1.0", for: ${purpose})`;
    const file = write('vault.graphql', composed(served).replace('schema\n', `schema\n  ${link}\n`));
    expect(await run(['--supergraph', file, '--port', '0'])).toEqual({
      code: 1,
      stderr: refusal(
        `The supergraph ${file} cannot be used: feature https://example.com/vault/v1.0 is for: ${purpose} but is unsupported.`,
      ),
    });
  },
);

test.each(['compiled', 'apollo'])(
  'a supergraph that names a type that it does not have is refused by the %s engine',
  async (engine) => {
    const sdl = composed(served).replace(/^type Deal$/m, 'type Dealx');
    const config = `supergraph: { file: ${write('hole.graphql', sdl)} }\nexecution: { engine: ${engine} }`;
    expect(await run(['--config', write('hole.yaml', config), '--port', '0'])).toEqual({
      code: 1,
      stderr: refusal(`The supergraph ${join(folder, 'hole.graphql')} cannot be used: Unknown type: "Deal".`),
    });
  },
);

test('a taken port is named', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ended = await run(['--supergraph', join(folder, 'supergraph.graphql'), '--port', String(port)]);
  server.close();
  expect(ended).toEqual({
    code: 1,
    stderr: refusal(`Port ${port} on 127.0.0.1 is taken; choose another with --port, PORT or server.port.`),
  });
});

test('an override for a subgraph that does not exist is refused with the name that was probably meant', async () => {
  const file = write(
    'override.yaml',
    'supergraph: { file: supergraph.graphql }\nsubgraphs: { overrides: { acounting: { timeoutMs: 5 } } }',
  );
  expect(await run(['--config', file, '--port', '0'])).toEqual({
    code: 1,
    stderr: refusal(
      'subgraphs.overrides.acounting: the supergraph has no such subgraph. Did you mean "accounting"?',
    ),
  });
});
