/**
 * A real browser (Debian's chromium) for tests of pages: it notes whatever a page says, asks for and is refused, so
 * that a test can demand that there was nothing. Knows no page.
 */

import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export interface OpenedPage {
  readonly page: Page;
  /** Errors and warnings on the page's console, and what it threw; refusals by its policy are among them. */
  readonly complaints: readonly string[];
  /** The origins of all that was asked for, WebSockets among it. */
  readonly askedOrigins: () => readonly string[];
  /** For people to look at. */
  readonly takePicture: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface TestBrowser {
  readonly open: (url: string, how?: BrowserContextOptions) => Promise<OpenedPage>;
  readonly pictureFolder: string;
  readonly stop: () => Promise<void>;
}

export async function openBrowser(): Promise<TestBrowser> {
  const executablePath = process.env['CHROMIUM'] ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error('No chromium is installed ("apt-get install chromium"), and CHROMIUM names none.');
  // As root there is no sandbox to be had.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  const pictureFolder = mkdtempSync(path.join(tmpdir(), 'tributary-pictures-'));
  return {
    pictureFolder,
    stop: () => browser.close(),
    async open(url, how = {}) {
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...how });
      const page = await context.newPage();
      const complaints: string[] = [];
      const asked = new Set<string>();
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => asked.add(new URL(request.url()).origin));
      page.on('websocket', (socket) => asked.add(new URL(socket.url().replace(/^ws/, 'http')).origin));
      page.on('worker', (worker) => asked.add(new URL(worker.url()).origin));
      await page.goto(url);
      return {
        page,
        complaints,
        askedOrigins: () => [...asked],
        takePicture: async (name) => {
          await page.screenshot({ path: path.join(pictureFolder, `${name}.png`) });
        },
        close: () => context.close(),
      };
    },
  };
}
