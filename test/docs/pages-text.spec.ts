import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { benchFigures } from '../../scripts/bench-figures.js';
import { benchSummary } from '../../scripts/bench-summary.js';
import { writtenPart } from '../../scripts/marked-part.js';
import { optionsTable, pagesWithOptions } from '../../scripts/options-table.js';
import * as library from '../../libs/lifecycle/src/index.js';
import { type LifecycleErrorCode } from '../../libs/lifecycle/src/errors/lifecycle-error.js';
import { OPTION_FIELDS } from '../../libs/lifecycle/src/options/option-fields.js';
import { PRINT_PLAN } from '../../libs/lifecycle/src/options/print-plan.js';
import { PRINT_SETTINGS } from '../../libs/lifecycle/src/options/printed-settings.js';
import { UNSEEN_KINDS } from '../../libs/lifecycle/src/options/unseen-kinds.js';
import { PHASES } from '../../libs/lifecycle/src/phase/phase.js';
import { root } from '../support/repository.js';
import { codeIn, proseOf, tableOf } from './markdown.js';
import { allText, blocksOfKind, page, pages } from './pages.js';
import { shellProblems } from './shell-lines.js';
import { curlLines, TYPED_PAGES } from './typed-lines.js';

/** Every kind of block, and the spec that looks at it. */
const KINDS = {
  ts: 'pages-types.spec.ts, programs.spec.ts, testing.spec.ts',
  proto: 'programs.spec.ts',
  sh: 'here, readme.spec.ts, demo.spec.ts',
  json: 'readme.spec.ts',
  text: 'readme.spec.ts, platforms.spec.ts, report-outputs.spec.ts, pictures.spec.ts',
  yaml: 'platforms.spec.ts',
  dockerfile: 'platforms.spec.ts',
  ini: 'platforms.spec.ts',
};

describe('the pages', () => {
  it('are short: the README has at most 10 KB, a page 12', () => {
    const limits = pages.map(({ path, text }) => ({ path, bytes: Buffer.byteLength(text) }));
    const long = limits.filter(({ path, bytes }) => bytes > (path === 'README.md' ? 10_000 : 12_288));
    expect(long).toEqual([]);
  });

  it('have only blocks of kinds that some test looks at', () => {
    const unknown = pages.flatMap(({ path, blocks }) =>
      blocks.filter(({ kind }) => !(kind in KINDS)).map(({ kind, line }) => `${path}:${line}: ${kind}`),
    );
    expect(unknown).toEqual([]);
  });

  it('have loose text and JSON only where a test knows what it must say', () => {
    const places = [...blocksOfKind('text'), ...blocksOfKind('json')];
    expect(places.map(({ kind, page }) => `${kind} in ${page.name}`)).toEqual([
      'text in holding',
      'text in pictures',
      'text in production-readiness',
      'text in report-outputs',
      'text in report',
      'text in time',
      'text in time',
      'json in report',
    ]);
  });

  it('have curl lines only where a test types them', () => {
    expect(
      pages
        .filter(({ name }) => curlLines(name).length > 0)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(TYPED_PAGES.toSorted());
  });

  it('have the options as they are in the code; `npm run docs:options` rewrites them', () => {
    const names = pagesWithOptions(OPTION_FIELDS);
    expect(names).toEqual(['options', 'health-monitor', 'production-readiness', 'holding']);
    for (const name of names) {
      expect(withoutPadding(writtenPart(page(name).text, 'options'))).toBe(
        withoutPadding(optionsTable(OPTION_FIELDS, name)),
      );
    }
  });

  it('have the figures of bench/results; `npm run docs:bench` rewrites them', () => {
    const [cost = '', losing = '', serving = '', stopping = ''] = ['cost', 'losing', 'serving', 'stopping'].map(
      (part) => readFileSync(resolve(root, `bench/results/${part}.md`), 'utf8'),
    );
    expect(withoutPadding(writtenPart(page('measurements').text, 'bench'))).toBe(
      withoutPadding(benchFigures({ cost, losing, serving, stopping })),
    );
    expect(withoutPadding(writtenPart(page('README').text, 'bench-summary'))).toBe(
      withoutPadding(benchSummary({ cost, losing })),
    );
  });

  it('tell of the phases in their order', () => {
    const [seen = '', ends = ''] = page('phases').text.split('## What happens');
    expect([seen, ends].map((text) => tableOf(text, 'phase').map(({ phase = '' }) => codeIn(phase)[0]))).toEqual([
      PHASES,
      PHASES,
    ]);
  });

  it('name every kind of work that cannot be seen', () => {
    const kinds = tableOf(page('unseen-work').text, 'kind').map(({ kind = '' }) => codeIn(kind)[0]);
    expect(kinds).toEqual(UNSEEN_KINDS);
  });

  it('name everything the library exports as a value, and every member of GracefulShutdown, on the page of the API', () => {
    const words = new Set(page('api').text.match(/[\w$]+/g));
    const members = Object.getOwnPropertyNames(library.GracefulShutdown.prototype).filter(
      (name) => name !== 'constructor',
    );
    expect(Object.keys(library).length).toBeGreaterThan(8);
    expect([...Object.keys(library), ...members].filter((name) => !words.has(name))).toEqual([]);
  });

  it('explain every code of an error, and no other', () => {
    expect(tableOf(page('api').text, 'code').map(({ code = '' }) => codeIn(code)[0])).toEqual(Object.keys(CODES));
  });

  it('name no variable that the library does not read', () => {
    const known = [
      ...Object.values(OPTION_FIELDS).map((field) => ('variable' in field ? field.variable : '')),
      PRINT_SETTINGS,
      PRINT_PLAN,
    ];
    const named = [...new Set(allText.match(/\bSHUTDOWN_[A-Z_]*[A-Z]/g))];
    expect(named.length).toBeGreaterThan(5);
    // A slip of the pen, and one of something else: examples of such.
    const shown = ['SHUTDOWN_GRACE_PEROID', 'SHUTDOWN_WEBHOOK_URL'];
    expect(named.filter((name) => !known.includes(name)).toSorted()).toEqual(shown);
  });

  it('type only commands that exist, with settings that are allowed', () => {
    const lines = blocksOfKind('sh').flatMap(({ text }) => text.trim().split('\n'));
    expect(lines.flatMap(shellProblems)).toEqual([]);
    expect(shellProblems('npm run nothing')).toEqual(['there is no npm script "nothing"']);
    expect(shellProblems('SHUTDOWN_LAME_DUCK=soon npm start')).toEqual([expect.stringContaining("received 'soon'")]);
    expect(shellProblems('rm -rf /')).toEqual(['no test knows how to check "rm -rf /"']);
  });

  it('name only npm scripts that exist in their text, too', () => {
    const named = codeIn(proseOf(allText)).filter((code) => /^npm (start|test|run \S+)$/.test(code));
    expect(named.length).toBeGreaterThan(2);
    expect(named.flatMap(shellProblems)).toEqual([]);
  });

  it('explain the words of the library, each once', () => {
    const words = tableOf(page('glossary').text, 'word').map(({ word = '' }) => word);
    expect(words).toEqual([...new Set(words)]);
    expect(words).toEqual(expect.arrayContaining(WORDS));
  });
});

/** Every code: the compiler sees to it. */
const CODES: Readonly<Record<LifecycleErrorCode, true>> = {
  INVALID_OPTIONS: true,
  INVALID_HOOK: true,
  INVALID_SOURCE: true,
  INVALID_TASK: true,
  INVALID_COORDINATION: true,
  INVALID_CLUSTER: true,
  WORKER_NOT_READY: true,
  CHILD_FAILED: true,
  NOT_PRODUCTION_READY: true,
  DUPLICATE_IMPORT: true,
  NOT_CONFIGURED: true,
  SEVERAL_VERSIONS: true,
  UNSUPPORTED_NEST: true,
  NO_CLOSE_METHOD: true,
  PROBE_PORT_UNAVAILABLE: true,
  ILLEGAL_PHASE: true,
  HOOK_TIMED_OUT: true,
  SOURCE_TIMED_OUT: true,
  RESOURCE_TIMED_OUT: true,
  METRICS_NOT_SENT: true,
  SPANS_NOT_SENT: true,
  GATE_DOWN: true,
  GATE_TIMED_OUT: true,
  HEALTH_CHECK_FAILED: true,
  SHUTTING_DOWN: true,
  TASK_STOPPED: true,
  CLOSE_FAILED: true,
  CIRCULAR_WAIT: true,
  TEST_SERVICE_RUNNING: true,
  TEST_SERVICE_ENDED: true,
};

/** One word an idea, in code, logs, metrics and pages. */
const WORDS = [
  ...['phase', 'readiness', 'liveness', 'gate', 'in flight', 'source of work', 'intake', 'exempt', 'long-lived'],
  ...['lame duck', 'drain', 'hook', 'task', 'resource', 'deadline', 'budget', 'late request', 'interrupted', 'refused'],
  ...['report', 'outcome', 'rehearsal', 'finding'],
];

/** oxfmt pads the cells. */
function withoutPadding(table: string): string {
  return table.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
}
