import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium as browserKind, type Page } from 'playwright-core';
import { htmlPicture } from '../../apps/cli/src/report/drawing/html-picture.js';
import { pictureOf } from '../../apps/cli/src/report/drawing/picture.js';
import { readReport } from '../../apps/cli/src/report/reading/read-report.js';
import { endedReport } from '../support/ended-report.js';
import { chromium, itNeeds } from '../support/machine.js';
import { type Program, startFile } from '../support/program.js';
import { root } from '../support/repository.js';
import { startService } from '../support/service.js';
import { TROUBLED } from '../support/told-shutdown.js';

/** Where screenshots go, for people to look at: `PICTURES=/tmp/shots`. None are taken without. */
const shots = process.env['PICTURES'];
const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

const LOOKS = [
  { scheme: 'dark', width: 360 },
  { scheme: 'light', width: 1180 },
] as const;

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  if (shots !== undefined) mkdirSync(shots, { recursive: true });
  if (!chromium.isAvailable) return;
  browser = await browserKind.launch({ executablePath: '/usr/bin/chromium' });
});

afterAll(async () => {
  if (chromium.isAvailable) await browser.close();
  rmSync(folder, { recursive: true });
});

/** A page, and what it has said and asked for. */
interface Watched {
  readonly page: Page;
  readonly errors: string[];
  readonly requests: string[];
}

async function open(url: string, look: { scheme?: 'light' | 'dark'; width?: number } = {}): Promise<Watched> {
  const { scheme = 'light', width = 1180 } = look;
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const watched: Watched = { page, errors: [], requests: [] };
  page.on('console', (message) => {
    if (message.type() !== 'log') watched.errors.push(message.text());
  });
  page.on('pageerror', (error) => watched.errors.push(error.message));
  page.on('request', (request) => watched.requests.push(request.url()));
  await page.goto(url);
  return watched;
}

/** What axe finds: contrast, names, roles, landmarks, as sentences. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(`axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)))`);
}

/** Elements that stick out of the page sideways, and neighbours in a row that lie on each other. */
function misplaced(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(MISPLACED);
}

/** Code for the browser is text: the tests have no types of one. */
const MISPLACED = `(() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const out = wide > 0 ? ['the page is ' + wide + ' pixels too wide'] : [];
  for (const lane of document.querySelectorAll('li.lane')) {
    const [name, words] = [lane.querySelector('.name'), lane.querySelector('.words')];
    const [a, b] = [name.getBoundingClientRect(), words.getBoundingClientRect()];
    if (a.right > b.left && a.left < b.right && a.bottom > b.top && a.top < b.bottom)
      out.push(name.textContent + ' lies on ' + words.textContent);
  }
  return out;
})()`;

async function shoot(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

const LONG = 'AVeryLongNameOfAProviderThatDoesManyThings.onTheWayOutItClosesEverythingThatIsOpen';
const HOOKS = Array.from({ length: 200 }, (_, index) => ({
  name: index % 9 === 0 ? `${LONG}${index}` : `Hooks.stop${index}`,
  phase: 'closing' as const,
  priority: index,
  result: index === 150 ? ('failed' as const) : ('done' as const),
  startedMs: 6200 + index,
  durationMs: 60,
  ...(index === 150 && { error: 'x'.repeat(300) }),
}));
const REPORTS = {
  troubled: TROUBLED,
  many: endedReport({ outcome: 'failed', exitCode: 1, hooks: HOOKS }),
  empty: endedReport({ phases: [], hooks: [], durationMs: 0, budgetMs: 0 }),
  forced: endedReport({
    outcome: 'forced',
    exitCode: 143,
    late: true,
    budgetMs: 4000,
    leftBehind: [LONG, 'GET /slow'],
    endedEarly: [{ what: 'process', by: 'a second SIGTERM' }],
    openHandles: [{ kind: 'TCPSocketWrap', count: 3 }],
  }),
};

function fileOf(name: keyof typeof REPORTS): string {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, htmlPicture(pictureOf(readReport({ ...REPORTS[name] }, { from: 'report' }))));
  return pathToFileURL(file).href;
}

describe('the page of a shutdown, in Chromium', () => {
  for (const name of Object.keys(REPORTS) as (keyof typeof REPORTS)[]) {
    itNeeds(
      chromium,
      `${name}: dark and narrow, light and wide, without a barrier or a line out of place`,
      async () => {
        const url = fileOf(name);
        for (const look of LOOKS) {
          const { page, errors, requests } = await open(url, look);
          expect({ look, found: [...(await barriers(page)), ...(await misplaced(page))] }).toEqual({ look, found: [] });
          await shoot(page, `report-${name}-${look.scheme}-${look.width}`);
          expect(errors).toEqual([]);
          expect(requests).toEqual([url]);
          await page.context().close();
        }
      },
    );
  }

  itNeeds(chromium, 'is read and unfolded with the keyboard alone', async () => {
    const { page } = await open(fileOf('many'));
    await expect(page.getByRole('heading', { level: 1 }).textContent()).resolves.toBe('Failed: Hooks.stop150 failed');
    await expect(page.getByRole('list', { name: 'Phases' }).getByRole('listitem').count()).resolves.toBe(3);
    await expect(page.getByRole('img', { name: '5 s to 6.2 s' }).count()).resolves.toBe(1);
    const folded = page.getByRole('list', { name: 'Hooks, the others' });
    expect(await folded.isVisible()).toBe(false);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await folded.isVisible()).toBe(true);
    await page.context().close();
  });
});

async function probePort(program: Program): Promise<string> {
  const [, port] = await program.waitForLine(/probes on port (\d+)/);
  return `http://127.0.0.1:${port}`;
}

describe('the live page, in Chromium', () => {
  itNeeds(chromium, 'shows a real shutdown from the first request to the end', async () => {
    const options = { probePort: 0, livePage: true, gracePeriod: '60s' } as const;
    const program = startService({ nest: 12, ipc: true, options });
    const [url, probes] = [await program.url(), await probePort(program)];
    const { page, errors, requests } = await open(`${probes}/lifecycle`, { scheme: 'dark', width: 360 });
    const said = page.getByRole('status');
    const current = page.locator('[aria-current=step]');
    const row = (table: string): ReturnType<Page['locator']> =>
      page.getByRole('region', { name: table }).locator('tbody tr');
    await page.getByText('Phase ready').waitFor();
    await page.evaluate(RECORD_SAID);

    const answers = [fetch(`${url}/slow`), fetch(`${url}/slow`)];
    await program.waitForLine(/^slow: 2$/);
    await row('In flight').getByText('GET /slow').waitFor();
    expect(await row('In flight').first().locator('td').allTextContents()).toEqual([
      'response',
      '2',
      expect.stringMatching(/s$/),
    ]);
    expect(await barriers(page)).toEqual([]);
    expect(await misplaced(page)).toEqual([]);
    await shoot(page, 'live-ready-dark-360');

    program.signal('SIGTERM');
    await current.getByText('draining').waitFor();
    await said.getByText('Phase draining, 2 pieces of work in flight.').waitFor();
    expect(await page.getByRole('progressbar', { name: 'Budget' }).count()).toBe(1);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1180, height: 900 });
    expect(await barriers(page)).toEqual([]);
    await shoot(page, 'live-draining-light-1180');
    await pauseAndGoOn(page);

    program.send('slow');
    for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200);
    await page.getByRole('heading', { level: 1, name: /^Ended clean after .* s, exit code 0$/ }).waitFor();
    expect((await program.exit).code).toBe(0);
    expect(await current.textContent()).toBe('stopped');
    await page.getByText('This was the last state. The process ends.').waitFor();
    await said.getByText('Ended clean').waitFor();
    await row('Hooks').getByText('Outbox.close').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await misplaced(page)).toEqual([]);
    await shoot(page, 'live-ended-light-1180');

    expect(errors).toEqual([]);
    expect(new Set(requests)).toEqual(new Set([`${probes}/lifecycle`]));
    const texts = await page.evaluate<string[]>('globalThis.said');
    expect(texts.at(-1)).toMatch(/^Ended clean/);
    // A phase, or less, each; numbers that change are not read out.
    expect(texts.length).toBeLessThanOrEqual(6);
    await page.context().close();
  });

  itNeeds(chromium, 'says so where the process ends without a word', async () => {
    const program = startService({ nest: 12, options: { probePort: 0, livePage: true } });
    await program.url();
    const { page } = await open(`${await probePort(program)}/lifecycle`);
    await page.getByText('Phase ready').waitFor();
    program.signal('SIGKILL');
    await program.exit;
    await page.getByText('The connection is lost. The process may have ended without a word.').waitFor();
    await page.context().close();
  });
});

/** Every sentence that a screen reader is given. */
const RECORD_SAID = `(() => {
  globalThis.said = [];
  const region = document.querySelector('[role=status]');
  const record = () => globalThis.said.push(region.textContent);
  new MutationObserver(record).observe(region, { childList: true, characterData: true, subtree: true });
})()`;

/** Resolves when three states have come. */
const THREE_STATES = `new Promise((resolve) => {
  const stream = new EventSource(location.pathname);
  let count = 0;
  stream.addEventListener('state', () => {
    count += 1;
    if (count < 3) return;
    stream.close();
    resolve();
  });
})`;

const focused = (page: Page): Promise<string | null> =>
  page.evaluate<string | null>("document.activeElement.id || document.activeElement.getAttribute('aria-labelledby')");

async function pauseAndGoOn(page: Page): Promise<void> {
  const pause = page.getByRole('button', { name: 'Pause updates' });
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('pause');
  await page.keyboard.press('Space');
  expect(await pause.getAttribute('aria-pressed')).toBe('true');
  const before = await page.locator('#budget-text').textContent();
  await page.evaluate(THREE_STATES);
  expect(await page.locator('#budget-text').textContent()).toBe(before);
  await page.keyboard.press('Enter');
  expect(await pause.getAttribute('aria-pressed')).toBe('false');
  // Tables that scroll are reached as well.
  for (const table of ['work-title', 'sources-title', 'hooks-title']) {
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe(table);
  }
}

const SCRIPT = `
import { startLifecycle } from '${pathToFileURL(join(root, 'libs/lifecycle/dist/esm/standalone/index.js')).href}';
const lifecycle = startLifecycle({ gracePeriod: '20s', probePort: 0, livePage: true });
let go = () => undefined;
const answer = new Promise((resolve) => { go = resolve; });
process.on('message', go);
lifecycle.track('import of rows', () => answer);
console.log('listening on 0');
`;

describe('the live page of a service without Nest', () => {
  itNeeds(chromium, 'shows its tasks, and how it ended', async () => {
    const file = join(folder, 'script.mjs');
    writeFileSync(file, SCRIPT);
    const program = startFile(file, { ipc: true });
    const { page } = await open(`${await probePort(program)}/lifecycle`);
    await page.getByRole('region', { name: 'In flight' }).getByText('import of rows').waitFor();
    program.signal('SIGTERM');
    await page.locator('[aria-current=step]').getByText('draining').waitFor();
    program.send('go');
    await page.getByRole('heading', { level: 1, name: /^Ended clean/ }).waitFor();
    expect((await program.exit).code).toBe(0);
    await page.context().close();
  });
});
