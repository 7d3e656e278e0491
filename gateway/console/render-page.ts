/**
 * The HTML that the console begins with, and what a browser may do for it: everything comes from this process, nothing
 * from elsewhere, and no script stands in the page. Knows no request.
 */

import type { BuiltPage } from './built-page.ts';

export const ASSETS = 'console/assets';

/**
 * Content Security Policy Level 3. The editor makes style sheets and sets styles while it runs, so styles may stand in
 * the page; scripts may not, whoever writes them.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "worker-src 'self'",
  // The scheme of WebSockets is covered by it (CSP, section 6.7.2.8).
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Workers have a policy of their own: what they do is compute. */
export const ASSET_POLICY = "default-src 'none'; frame-ancestors 'none'";

export interface PageSettings {
  /** Whether tokens for roles can be had. */
  readonly hasRoles: boolean;
}

/** Until the page is built, which happens once. It asks again by itself. */
export function renderWait(): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta http-equiv="refresh" content="1" />
    <title>Tributary</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}" />
  </head>
  <body>
    <p>The console is being put together. This takes a few seconds, once.</p>
  </body>
</html>
`;
}

export function renderPage({ script, style }: BuiltPage, { hasRoles }: PageSettings): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Tributary</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}" />
    <link rel="stylesheet" href="${ASSETS}/${style}" />
    <script type="module" src="${ASSETS}/${script}"></script>
  </head>
  <body>
    <main id="console" data-has-roles="${hasRoles}"></main>
    <noscript>The console needs JavaScript; the endpoint for programs is <code>/graphql</code>.</noscript>
  </body>
</html>
`;
}

/** Three streams that become one. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-width="4" stroke-linecap="round"><path d="M5 4c0 9 11 8 11 16" stroke="#38a3c9"/><path d="M27 4c0 9-11 8-11 16" stroke="#2f7d64"/><path d="M16 4v24" stroke="#3b6fd4"/></svg>`;
