import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFiles } from '../check-files.js';
import { type Facts } from '../rule-kinds/rule.js';
import { parsePrintedSettings, type PrintedSettings } from '../settings/printed-settings.js';
import { type TextFile } from '../source/source.js';
import { RULES } from './registry.js';
import { RULE_PAGES } from './rule-pages.js';

const folder = join(__dirname, '../../../../docs/rules');
const ids = RULES.map(({ id }) => id);

function pageOf(id: string): string {
  return readFileSync(join(folder, `${id}.md`), 'utf8');
}

/** What stands under a heading of second level. */
function sectionOf(page: string, heading: string): string {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  return section.split(/^## /m)[0] ?? '';
}

interface Example {
  readonly files: readonly TextFile[];
  readonly settings: PrintedSettings | undefined;
  readonly facts: Facts | undefined;
}

/**
 * The code blocks of a section: a file each, named after the language. `json settings` is what the service printed,
 * `json facts` what only people know.
 */
function exampleIn(section: string): Example {
  const blocks = [...section.matchAll(/^```(\w+)[ \t]*(\S*)\n(.*?)^```$/gms)].map(([, language, name, text = '']) => ({
    name: name === undefined || name === '' ? `example.${language ?? ''}` : name,
    text,
  }));
  const special = (name: string): string | undefined => blocks.find((block) => block.name === name)?.text;
  const [settings, facts] = [special('settings'), special('facts')];
  return {
    files: blocks.flatMap(({ name, text }) => (name === 'settings' || name === 'facts' ? [] : [{ path: name, text }])),
    settings: settings === undefined ? undefined : parsePrintedSettings(settings),
    facts: facts === undefined ? undefined : (JSON.parse(facts) as Facts),
  };
}

/** What one rule finds, and no other. */
function findingsOf(id: string, { files, settings, facts }: Example) {
  const needsOthers = id === 'unused-ignore' || id === 'ignore-without-reason';
  const skip = needsOthers ? [] : ids.filter((other) => other !== id);
  const { findings, unusable } = checkFiles(files, { settings, facts, skip });
  expect(unusable).toEqual([]);
  return findings.filter(({ rule }) => rule === id);
}

describe('pages of the rules', () => {
  it('travel with the package', () => {
    expect(Object.keys(RULE_PAGES).toSorted()).toEqual(ids.toSorted());
    for (const id of ids) expect({ id, page: RULE_PAGES[id] }).toEqual({ id, page: pageOf(id) });
  });

  it('are there for every rule, and for nothing else', () => {
    const pages = readdirSync(folder).filter((name) => name !== 'README.md');
    expect(pages.toSorted()).toEqual(ids.map((id) => `${id}.md`).toSorted());
  });

  it('are listed in their README', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    const rows = RULES.map(({ id, severity, summary }) => `| [${id}](${id}.md) | ${severity} | ${summary} |`);
    const lines = readme.split('\n').filter((line) => line.startsWith('| ['));
    expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual(rows);
  });

  describe.each(RULES)('of $id', ({ id, severity, summary }) => {
    it('begins with its name, its severity and what is right', () => {
      expect(pageOf(id).startsWith(`# ${id}\n\n**${severity}** · ${summary}\n`)).toBe(true);
    });

    it('finds exactly one fault in the bad example', () => {
      const example = exampleIn(sectionOf(pageOf(id), 'Bad'));
      expect(example.files).not.toEqual([]);
      expect(findingsOf(id, example)).toHaveLength(1);
    });

    it('finds none in the good example', () => {
      const example = exampleIn(sectionOf(pageOf(id), 'Good'));
      expect(example.files).not.toEqual([]);
      expect(findingsOf(id, example)).toEqual([]);
    });
  });
});
