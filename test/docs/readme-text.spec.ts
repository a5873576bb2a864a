import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { benchFigures } from '../../scripts/bench-figures.js';
import { writtenPart } from '../../scripts/marked-part.js';
import { optionsTable } from '../../scripts/options-table.js';
import * as library from '../../libs/lifecycle/src/index.js';
import { OPTION_FIELDS } from '../../libs/lifecycle/src/options/option-fields.js';
import { PRINT_SETTINGS } from '../../libs/lifecycle/src/options/printed-settings.js';
import { PHASES } from '../../libs/lifecycle/src/phase/phase.js';
import { root } from '../support/repository.js';
import { anchorsOf, codeIn, linksIn, proseOf, tableOf } from './markdown.js';
import { readme, readmeBlocks, SECTIONS } from './readme.js';
import { shellProblems } from './shell-lines.js';

/** Every kind of block, and the spec that looks at it. */
const KINDS = {
  ts: 'readme-code.spec.ts, readme-programs.spec.ts, readme-testing.spec.ts',
  sh: 'here, readme-curl.spec.ts',
  json: 'readme-programs.spec.ts',
  text: 'readme-programs.spec.ts, readme-platforms.spec.ts',
  yaml: 'readme-platforms.spec.ts',
  dockerfile: 'readme-platforms.spec.ts',
  ini: 'readme-platforms.spec.ts',
};

describe('README.md', () => {
  it('has only blocks of kinds that some test looks at', () => {
    const unknown = readmeBlocks().filter(({ kind }) => !(kind in KINDS));
    expect(unknown).toEqual([]);
  });

  it('has loose text and JSON only where a test knows what it must say', () => {
    const places = readmeBlocks().filter(({ kind }) => kind === 'text' || kind === 'json');
    expect(places.map(({ kind, section }) => `${kind} in ${section}`)).toEqual([
      `text in ${SECTIONS.time}`,
      `text in ${SECTIONS.time}`,
      `json in ${SECTIONS.report}`,
      `text in ${SECTIONS.report}`,
    ]);
  });

  it('has the options as they are in the code; `npm run docs:options` rewrites them', () => {
    expect(withoutPadding(writtenPart(readme, 'options'))).toBe(withoutPadding(optionsTable(OPTION_FIELDS)));
  });

  it('has the figures of bench/results; `npm run docs:bench` rewrites them', () => {
    const [losing = '', serving = '', stopping = ''] = ['losing', 'serving', 'stopping'].map((part) =>
      readFileSync(resolve(root, `bench/results/${part}.md`), 'utf8'),
    );
    expect(withoutPadding(writtenPart(readme, 'bench'))).toBe(
      withoutPadding(benchFigures({ losing, serving, stopping })),
    );
  });

  it('links only to files and headings that exist', () => {
    const links = linksIn(readme).filter((link) => !link.startsWith('https:'));
    const anchors = anchorsOf(readme).map((anchor) => `#${anchor}`);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((link) => !anchors.includes(link) && !existsSync(resolve(root, link)))).toEqual([]);
  });

  it('tells of the phases in their order', () => {
    expect(tableOf(readme, 'phase').map(({ phase = '' }) => codeIn(phase)[0])).toEqual(PHASES);
  });

  it('names everything the library exports as a value, and every member of GracefulShutdown', () => {
    const words = new Set(readme.match(/[\w$]+/g));
    const members = Object.getOwnPropertyNames(library.GracefulShutdown.prototype).filter(
      (name) => name !== 'constructor',
    );
    expect(Object.keys(library).length).toBeGreaterThan(8);
    expect([...Object.keys(library), ...members].filter((name) => !words.has(name))).toEqual([]);
  });

  it('names no variable that the library does not read', () => {
    const known = [
      ...Object.values(OPTION_FIELDS).map((field) => ('variable' in field ? field.variable : '')),
      PRINT_SETTINGS,
    ];
    const named = [...new Set(readme.match(/\bSHUTDOWN_[A-Z_]+/g))];
    expect(named.length).toBeGreaterThan(5);
    // A slip of the pen, and somebody else's: what the README says of such.
    const shown = ['SHUTDOWN_GRACE_PEROID', 'SHUTDOWN_WEBHOOK_URL'];
    expect(named.filter((name) => !known.includes(name))).toEqual(shown);
  });

  it('types only commands that exist, with settings that are allowed', () => {
    const lines = readmeBlocks('sh').flatMap(({ text }) => text.trim().split('\n'));
    expect(lines.flatMap(shellProblems)).toEqual([]);
    expect(shellProblems('npm run nothing')).toEqual(['there is no npm script "nothing"']);
    expect(shellProblems('SHUTDOWN_LAME_DUCK=soon npm start')).toEqual([expect.stringContaining("received 'soon'")]);
    expect(shellProblems('rm -rf /')).toEqual(['no test knows how to check "rm -rf /"']);
  });

  it('names only npm scripts that exist in its text, too', () => {
    const named = codeIn(proseOf(readme)).filter((code) => /^npm (start|test|run \S+)$/.test(code));
    expect(named.flatMap(shellProblems)).toEqual([]);
  });
});

/** oxfmt pads the cells. */
function withoutPadding(table: string): string {
  return table.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
}
