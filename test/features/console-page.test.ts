/**
 * The console in a real browser, over the whole company: somebody who has never been here asks as one role and then as
 * another, and sees data, refusals, plan, cost and times. Everything comes from the gateway, and nothing complains.
 */

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';

import { run as buildConsole } from '../../tools/console-build.ts';
import { openBrowser, type OpenedPage, type TestBrowser } from '../kit/open-browser.ts';
import { startCompany, type TestCompany } from '../kit/start-company.ts';

let company: TestCompany;
let browser: TestBrowser;
let opened: OpenedPage;
let page: Page;

beforeAll(async () => {
  await buildConsole([]);
  [company, browser] = await Promise.all([startCompany({ hasTokenDesk: true }), openBrowser()]);
}, 180_000);
afterAll(async () => {
  await browser?.stop();
  await company?.stop();
});

beforeEach(async () => {
  opened = await browser.open(company.url);
  ({ page } = opened);
  await page.getByText('customerByNumber').first().waitFor();
});
/** Whatever a test does, nobody else is asked and nothing complains. */
afterEach(async () => {
  await opened.takePicture(expect.getState().currentTestName?.replaceAll(/\W+/g, '-') ?? 'unnamed');
  expect(opened.complaints).toEqual([]);
  expect(opened.askedOrigins()).toEqual([company.url]);
  await opened.close();
});

test('finance runs the first question and sees data, cost and what each system took', async () => {
  await askAs('finance');
  await runOperation();
  await expectAnswer('"name": "Blumenthal & Söhne GmbH"');
  const facts = page.getByRole('list', { name: 'Last run' });
  expect(await facts.innerText()).toMatch(/cost \d+, estimated \d+ of 100,000/);
  for (const system of ['crm', 'accounting', 'shop'])
    expect(await facts.innerText()).toMatch(new RegExp(`${system} \\d+\\.\\d ms`));
  expect(await page.getByRole('list', { name: 'Errors' }).count()).toBe(0);
});

test('a customer sees in words which field is refused and by which rule', async () => {
  await askAs('customer');
  await runOperation();
  await expectAnswer('"dunningLevel": null');
  const errors = page.getByRole('list', { name: 'Errors' });
  expect(await errors.innerText()).toContain('Customer.dunningLevel');
  expect(await errors.innerText()).toContain('needs: holds credit:read (accounting, finance)');
});

test('the plan is shown as picture and text, and what is refused is not in it', async () => {
  await askAs('finance');
  await page.getByRole('button', { name: 'Show Plan' }).click();
  const picture = page.getByRole('img', {
    name: /^The plan: 4 fetches from crm, (shop, accounting|accounting, shop)/,
  });
  await picture.waitFor();
  const text = page.getByLabel('The plan as text');
  expect(await text.innerText()).toMatch(/^QueryPlan \{/);
  expect(await text.innerText()).toContain('dunningLevel');
  expect(await page.getByText(/Cost, estimated: \d+ of 100,000/).count()).toBe(1);

  await askAs('customer');
  const refused = page.getByRole('list', { name: 'Refused fields' });
  await refused.waitFor();
  expect(await refused.innerText()).toBe('Customer.dunningLevel needs: holds credit:read (accounting)');
  expect(await text.innerText()).not.toContain('dunningLevel');
});

test('what was typed is planned anew, and a mistake is said', async () => {
  await page.getByRole('button', { name: 'Show Plan' }).click();
  await page.getByRole('img', { name: /^The plan/ }).waitFor();
  await typeOperation('{ nothingOfTheKind }');
  await page
    .getByRole('list', { name: 'Errors' })
    .getByText('Cannot query field "nothingOfTheKind"')
    .waitFor();
  expect(await page.getByRole('img', { name: /^The plan/ }).count()).toBe(0);
});

test('everything can be reached and run by keyboard alone', async () => {
  const menu = page.getByLabel('Ask as');
  await menu.focus();
  // A letter chooses the option that begins with it.
  await page.keyboard.press('f');
  expect(await menu.inputValue()).toBe('finance');
  await page.locator('.graphiql-query-editor textarea').first().focus();
  await page.keyboard.press('Control+Enter');
  await expectAnswer('"dunningLevel": 0');
  await page.getByRole('button', { name: 'Show Plan' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('table', { name: 'What each system took' }).waitFor();
});

test('what is deferred arrives in parts and is shown whole, with the times of all its calls', async () => {
  await askAs('finance');
  await typeOperation(
    '{ customerByNumber(number: "C-10001") { name ... @defer { receivable { currency } dunningLevel } } }',
  );
  await runOperation();
  await expectAnswer('"currency": "EUR"');
  const facts = page.getByRole('list', { name: 'Last run' });
  await facts.getByText(/^accounting/).waitFor();
  expect(await facts.innerText()).toMatch(/crm \d/);
});

test.each([0, 2])(
  'a subscription goes over a WebSocket that is refused %i times, in the name of whoever is chosen, and each event is shown',
  async (times) => {
    // The far end is played here; the gateway's own has tests of its own.
    const received: unknown[] = [];
    await page.routeWebSocket(/\/graphql$/, (socket) => {
      socket.onMessage((text) => {
        const message: { readonly type: string; readonly id?: string } = JSON.parse(String(text));
        received.push(message);
        if (message.type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
        if (message.type !== 'subscribe') return;
        const payload = { data: { orderChanged: { number: 'B-1' } } };
        socket.send(JSON.stringify({ type: 'next', id: message.id, payload }));
      });
    });
    await refuseSockets(times);
    await askAs('finance');
    await typeOperation('subscription { orderChanged { number } }');
    await runOperation();
    await expectAnswer('"number": "B-1"');
    expect(received).toEqual([
      { type: 'connection_init', payload: { authorization: expect.stringMatching(/^Bearer ey/) } },
      {
        type: 'subscribe',
        id: expect.any(String),
        payload: expect.objectContaining({ query: 'subscription { orderChanged { number } }' }),
      },
    ]);
  },
);

test('where no WebSocket can be had at all, that is said in words', async () => {
  await refuseSockets(20);
  // GraphiQL's toolkit hands the failure on, and leaves a promise of its own behind that fails of it too.
  await page.evaluate('addEventListener("unhandledrejection", (event) => event.preventDefault())');
  await askAs('finance');
  await typeOperation('subscription { orderChanged { number } }');
  await runOperation();
  await expectAnswer('No connection to the gateway');
});

test('no token is in an address, in a cookie or in what the browser keeps', async () => {
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  const answered = page.waitForResponse((response) => response.url().endsWith('/console/token'));
  await askAs('finance');
  await runOperation();
  // Reason for the cast: its length is looked at below.
  const { token } = (await (await answered).json()) as { readonly token: string };
  await expectAnswer('"dunningLevel": 0');
  const kept = await page.evaluate(
    'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
  );
  expect(token.length).toBeGreaterThan(100);
  expect(`${addresses.join(' ')} ${String(kept)}`).not.toContain(token);
  expect(await page.context().cookies()).toEqual([]);
});

test.each([
  ['dark', { colorScheme: 'dark' as const }],
  ['narrow', { viewport: { width: 600, height: 900 } }],
])('it is usable where the screen is %s', async (name, how) => {
  await opened.close();
  opened = await browser.open(company.url, how);
  ({ page } = opened);
  await page.getByText('customerByNumber').first().waitFor();
  await page.getByRole('button', { name: 'Show Plan' }).click();
  await page.getByRole('img', { name: /^The plan/ }).waitFor();
  await runOperation();
  await expectAnswer('"name": "Blumenthal & Söhne GmbH"');
  await opened.takePicture(name);
  const tooWide = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(tooWide).toBe(0);
});

test('where the screen is narrow, what stands in the editor scrolls with everything else', async () => {
  await opened.close();
  opened = await browser.open(company.url, { viewport: { width: 400, height: 700 } });
  ({ page } = opened);
  await page.getByText('customerByNumber').first().waitFor();
  const aboveText = () =>
    page.evaluate(`(() => {
      const topOf = (selector) => document.querySelector(selector).getBoundingClientRect().top;
      return topOf('.graphiql-query-editor .monaco-editor') - topOf('.graphiql-query-editor');
    })()`);
  const before = await aboveText();
  const scrolledBy = await page.evaluate(`(() => {
    const main = document.querySelector('.graphiql-main');
    main.scrollTop = 150;
    return main.scrollTop;
  })()`);
  expect([scrolledBy, await aboveText()]).toEqual([150, before]);
});

test.each([320, 1400])(
  'the note in the editor says truly where things are, %i pixels wide',
  async (width) => {
    await opened.close();
    opened = await browser.open(company.url, { viewport: { width, height: 900 } });
    ({ page } = opened);
    await page.getByText('"Ask as" (above)').waitFor();
    await page.getByText('"Plan" (left)').waitFor();
    // The editor draws its lines anew when it likes, so places are looked up and compared at one moment.
    await page.waitForFunction(
      `(() => {
      const boxOf = (element) => element?.getBoundingClientRect();
      const lines = [...document.querySelectorAll('.view-line')];
      const note = boxOf(lines.find((line) => line.textContent.includes('(above)')));
      const menu = boxOf(document.querySelector('.caller select'));
      const plan = boxOf(document.querySelector('[aria-label="Show Plan"]'));
      return note && menu.bottom < note.top && plan.right < note.left;
    })()`,
    );
  },
);

/** As a browser tells it, and nobody waits long before the next attempt. */
async function refuseSockets(times: number): Promise<void> {
  await page.evaluate(`{
    const wait = setTimeout;
    window.setTimeout = (act, ms) => wait(act, Math.min(ms ?? 0, 100));
    let left = ${times};
    window.WebSocket = new Proxy(WebSocket, {
      construct(Real, asked) {
        if (left-- <= 0) return new Real(...asked);
        const socket = {};
        wait(() => socket.onerror(new Event('error')));
        return socket;
      },
    });
  }`);
}

async function askAs(role: string): Promise<void> {
  await page.getByLabel('Ask as').selectOption(role);
}

async function runOperation(): Promise<void> {
  await page.getByRole('button', { name: /^Execute query/ }).click();
}

async function expectAnswer(text: string): Promise<void> {
  await page.locator('.result-window').getByText(text).first().waitFor();
}

async function typeOperation(text: string): Promise<void> {
  await page.locator('.graphiql-query-editor textarea').first().focus();
  await page.keyboard.press('Control+A');
  // Pasted, for to what is typed the editor would add brackets of its own.
  await page.evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
  }`);
}
