/**
 * What a browser finds at the gateway's address: the console's page, the files of it, and the plans that it asks for.
 * Everybody else finds at `/` what they found before. Knows no token and no plan.
 */

import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { isPageKept, providePage, unpacked, type BuiltPage } from '../console/built-page.ts';
import { ASSET_POLICY, ASSETS, PAGE_POLICY, renderPage, renderWait } from '../console/render-page.ts';
import { GatewayError } from '../base/gateway-error.ts';
import type { Config } from '../config/options.ts';
import { createLimits } from '../operation/create-limits.ts';
import type { Documents } from '../request/create-documents.ts';
import type { Snapshots } from '../request/snapshots.ts';
import type { Logger } from '../telemetry/create-logger.ts';
import { addTokenRoutes, isFromThisMachine } from './console-tokens.ts';
import { createContentTypes } from './content-types.ts';
import { answer } from './graphql-route.ts';
import { withNamedDocument } from './named-document.ts';
import { mayBeTold } from './report-headers.ts';

export interface ConsoleParts {
  readonly options: Config['console'];
  readonly limits: Config['limits'];
  readonly snapshots: Snapshots;
  readonly documents: Documents;
  readonly log: Logger;
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  ttf: 'font/ttf',
};

/** Then the browser is told to ask again, and a person sees that something happens. */
const PATIENCE_MS = 500;

/** Nobody else's page may hold this one, read it or learn from where it links. */
const KEPT_APART = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
} as const;

/** Where the page can neither be had nor bundled, there is no console, and the log says how to get one. */
export async function addConsole(app: FastifyInstance, parts: ConsoleParts): Promise<void> {
  const { options, log } = parts;
  if (!canBundle() && !(await isPageKept())) {
    log.warn('no console: its page is not built, and the packages to build it are not installed');
    return;
  }
  const page = onceHad(log);
  addPage(app, page, options.tokenDesk !== '');
  addAssets(app, page);
  addPlans(app, parts);
  if (options.tokenDesk !== '') addTokenRoutes(app, options.tokenDesk);
}

function canBundle(): boolean {
  try {
    createRequire(import.meta.url).resolve('esbuild');
    return true;
  } catch {
    return false;
  }
}

/** Begun by the first who asks, and by the next one again where it failed. */
function onceHad(log: Logger): () => Promise<BuiltPage> {
  let had: Promise<BuiltPage> | undefined;
  const begin = async () => {
    const startedAt = performance.now();
    // The bundler is not even read where the page is kept.
    const page = await providePage(async () => (await import('../console/bundle-page.ts')).bundlePage());
    log.info({ durationMs: Math.round(performance.now() - startedAt) }, 'console ready');
    return page;
  };
  return () =>
    (had ??= begin().catch((error: unknown) => {
      had = undefined;
      throw error;
    }));
}

function addPage(app: FastifyInstance, page: () => Promise<BuiltPage>, hasDesk: boolean): void {
  app.get('/', { exposeHeadRoute: true }, async (request, reply) => {
    if (!/\btext\/html\b/i.test(request.headers.accept ?? '')) throw new GatewayError('NOT_FOUND');
    const built = await Promise.race([page(), pause(PATIENCE_MS, undefined, { ref: false })]);
    const hasRoles = hasDesk && isFromThisMachine(request);
    const html = built === undefined ? renderWait() : renderPage(built, { hasRoles });
    return reply
      .headers({ ...KEPT_APART, 'content-security-policy': PAGE_POLICY, vary: 'accept' })
      .type('text/html; charset=utf-8')
      .send(html);
  });
}

function addAssets(app: FastifyInstance, page: () => Promise<BuiltPage>): void {
  app.get<{ Params: { name: string } }>(
    `/${ASSETS}/:name`,
    { exposeHeadRoute: true },
    async (request, reply) => {
      const { name } = request.params;
      const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
      const compressed = (await page()).files.get(name);
      if (compressed === undefined || type === undefined) throw new GatewayError('NOT_FOUND');
      reply
        .headers({ ...KEPT_APART, 'content-security-policy': ASSET_POLICY, vary: 'accept-encoding' })
        // Its name changes with its content.
        .header('cache-control', 'public, max-age=31536000, immutable')
        .type(type);
      if (!takesGzip(request)) return reply.send(await unpacked(compressed));
      return reply.header('content-encoding', 'gzip').send(compressed);
    },
  );
}

function takesGzip({ headers }: FastifyRequest): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/i.test(headers['accept-encoding'] ?? '');
}

/** A request like any other, up to its plan: limits, trust and access hold for it. */
function addPlans(app: FastifyInstance, parts: ConsoleParts): void {
  const { options, limits: limitOptions, snapshots, documents } = parts;
  const limits = createLimits(limitOptions);
  const contentTypes = createContentTypes();
  app.post('/console/plan', async (request, reply): Promise<FastifyReply> => {
    const { context } = request.visit;
    if (!mayBeTold(context.principal, options.scopes)) throw new GatewayError('FORBIDDEN');
    const { snapshot, leave } = snapshots.enter();
    try {
      const { server, prepared } = snapshot;
      if (prepared === undefined)
        throw new GatewayError('BAD_REQUEST', { reason: 'Only the engine `compiled` explains its plans.' });
      context.explains = true;
      context.reportsCost = true;
      const { maxAnswerBytes } = limitOptions;
      const asked = await withNamedDocument(request, documents);
      const way = { server, contentTypes, format: undefined, limits, maxAnswerBytes, asked };
      return await answer(way, request, reply);
    } finally {
      leave();
    }
  });
}
