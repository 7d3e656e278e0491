/**
 * The README is true: its commands exist and run as they stand, its queries give the answers that it shows.
 */

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { isTrueWithin } from '../../tools/state/running-process.ts';
import { askInParts } from '../kit/ask-in-parts.ts';
import { npmStart, type StartedCompany } from '../kit/npm-start.ts';
import { PATIENCE_MS } from '../kit/patience.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

let home: string;
let company: StartedCompany;
let readme: string;

beforeAll(async () => {
  readme = await readFile(path.join(ROOT, 'README.md'), 'utf8');
  // Others must reach the database's folder in it.
  home = await mkdtemp(path.join(tmpdir(), 'tributary-readme-'));
  company = await npmStart(home, { seed: 'demo' });
}, 180_000);

afterAll(async () => {
  company?.npm.kill('SIGTERM');
  await company?.ended;
  await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

test('the first query is answered as shown', async () => {
  const [command] = blocks('sh').filter((block) => block.startsWith('curl'));
  const shown: unknown = JSON.parse(blocks('json')[0] ?? '');
  const { stdout } = await run('bash', ['-c', here(command ?? '')], { cwd: ROOT, env: environment() });
  expect(JSON.parse(stdout)).toEqual(shown);
});

test('the mutation runs as it stands', async () => {
  const [query] = blocks('graphql');
  const token = (
    await run('npm', ['run', '-s', 'token', '--', '--as', 'sales'], { cwd: ROOT, env: environment() })
  ).stdout;
  const response = await fetch(here('http://127.0.0.1:4000/graphql'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token.trim()}` },
    body: JSON.stringify({ query }),
  });
  expect(await response.json()).toEqual({
    data: {
      logActivity: {
        activity: {
          occurredAt: expect.any(String),
          author: { name: expect.any(String) },
          customer: { name: 'Blumenthal & Söhne GmbH' },
        },
      },
    },
  });
});

test('the deferred fragment comes in the parts that are shown', async () => {
  const [, query = ''] = blocks('graphql');
  const [shown = ''] = blocks('http');
  const role = ['run', '-s', 'token', '--', '--as', 'finance'];
  const { stdout: token } = await run('npm', role, { cwd: ROOT, env: environment() });
  const headers = { authorization: `Bearer ${token.trim()}` };
  const { rest } = await askInParts(here('http://127.0.0.1:4000'), { query, headers });
  const parts = shown.split('\n').filter((line) => line.startsWith('{'));
  expect(await rest()).toEqual(parts.map((line): unknown => JSON.parse(line)));
});

test('an order that is placed as shown is billed without anybody’s doing', async () => {
  const block = blocks('sh').find((each) => each.startsWith('kill -STOP')) ?? '';
  // Not the lines around it: they would stop the accounting of every company on this machine.
  const command = /^curl[\s\S]*?\}'$/m.exec(block)?.[0] ?? '';
  const { stdout } = await run('bash', ['-c', here(command)], { cwd: ROOT, env: environment() });
  const { order } = JSON.parse(stdout).data.placeOrder;
  const role = ['run', '-s', 'token', '--', '--as', 'finance'];
  const { stdout: token } = await run('npm', role, { cwd: ROOT, env: environment() });
  const query = `{ order(id: "${order.id}") { invoices { number status } } }`;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token.trim()}` };
  const isBilled = async () => {
    const asked = { method: 'POST', headers, body: JSON.stringify({ query }) };
    const answer = await (await fetch(here('http://127.0.0.1:4000/graphql'), asked)).json();
    return JSON.stringify(answer).includes('"status":"OPEN"');
  };
  expect(await isTrueWithin(isBilled, PATIENCE_MS)).toBe(true);
  const status = await run('npm', ['run', '-s', 'events', '--', 'status'], { cwd: ROOT, env: environment() });
  expect(status.stdout).toContain('shop: 0 in the outbox');
});

test('the gateway alone starts and stops as the command says', async () => {
  const [line] = blocks('sh').filter((block) => block.startsWith('npm run gateway'));
  const [program = '', ...words] = (line ?? '').trim().replace('4000', '0').split(' ');
  const gateway = spawn(program, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  await printed(gateway, 'gateway listens');
  gateway.kill('SIGTERM');
  expect(await once(gateway, 'exit')).toEqual([0, null]);
});

test('every command that it names exists', async () => {
  const { scripts } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  const named = [...readme.matchAll(/(?:^|`|\()npm (?:run (?:-s )?)?(?<script>[a-z][a-z:]*)/gm)].map(
    (match) => match.groups?.['script'],
  );
  expect(named.length).toBeGreaterThan(5);
  const known = new Set([...Object.keys(scripts), 'ci']);
  expect(named.filter((script) => !known.has(script ?? ''))).toEqual([]);
});

test('every file that it links exists', () => {
  const links = [...readme.matchAll(/\]\((?<link>[^)#]+)\)/g)].map((match) => match.groups?.['link'] ?? '');
  expect(links.length).toBeGreaterThan(5);
  // Whether others still have what they had is not ours to say.
  const ours = links.filter((link) => !link.startsWith('https://'));
  expect(ours.filter((link) => !existsSync(path.join(ROOT, link)))).toEqual([]);
});

function blocks(language: string): string[] {
  const fences = new RegExp(`^\`\`\`${language}\\n(?<body>[\\s\\S]*?)^\`\`\``, 'gm');
  return [...readme.matchAll(fences)].map((match) => match.groups?.['body'] ?? '');
}

/** The README's address is that of a company on its default port. */
function here(text: string): string {
  return text.replaceAll('http://127.0.0.1:4000', new URL(company.endpoint).origin);
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, TRIBUTARY_HOME: home, NODE_OPTIONS: '' };
}

function printed(child: ChildProcess, words: string): Promise<void> {
  let text = '';
  return new Promise((resolve, reject) => {
    // It goes on listening afterwards, so that the process never writes to a pipe that nobody reads.
    child.stdout?.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes(words)) resolve();
    });
    child.once('exit', () => reject(new Error(`it ended without saying "${words}":\n${text}`)));
  });
}
