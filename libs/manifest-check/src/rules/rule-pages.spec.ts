import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type RuleExample,
  RULE_PAGES_FOLDER as folder,
  ruleExample,
  rulePage,
} from '../../../../test/support/rule-examples.js';
import { checkFiles } from '../check-files.js';
import { RULES } from './registry.js';
import { RULE_PAGES } from './rule-pages.js';

const ids = RULES.map(({ id }) => id);

/** What one rule finds, and no other. */
function findingsOf(id: string, { files, settings, facts }: RuleExample) {
  const needsOthers = id === 'unused-ignore' || id === 'ignore-without-reason';
  const skip = needsOthers ? [] : ids.filter((other) => other !== id);
  const { findings, unusable } = checkFiles(files, { settings, facts, skip });
  expect(unusable).toEqual([]);
  return findings.filter(({ rule }) => rule === id);
}

describe('pages of the rules', () => {
  it('travel with the package', () => {
    expect(Object.keys(RULE_PAGES).toSorted()).toEqual(ids.toSorted());
    for (const id of ids) expect({ id, page: RULE_PAGES[id] }).toEqual({ id, page: rulePage(id) });
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
      expect(rulePage(id).startsWith(`# ${id}\n\n**${severity}** · ${summary}\n`)).toBe(true);
    });

    it('finds exactly one fault in the bad example', () => {
      const example = ruleExample(id, 'Bad');
      expect(example.files).not.toEqual([]);
      expect(findingsOf(id, example)).toHaveLength(1);
    });

    it('finds none in the good example', () => {
      const example = ruleExample(id, 'Good');
      expect(example.files).not.toEqual([]);
      expect(findingsOf(id, example)).toEqual([]);
    });
  });
});
