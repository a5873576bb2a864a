import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Facts, parsePrintedSettings, type PrintedSettings, type TextFile } from 'nestjs-lifecycle-manifest-check';

/** The folder of the pages of the rules. */
export const RULE_PAGES_FOLDER = join(__dirname, '../../docs/rules');

/** What a page shows: files, and what else the check is told. */
export interface RuleExample {
  readonly files: readonly TextFile[];
  readonly settings: PrintedSettings | undefined;
  readonly facts: Facts | undefined;
}

/** The page of a rule as it is in the folder. */
export function rulePage(id: string): string {
  return readFileSync(join(RULE_PAGES_FOLDER, `${id}.md`), 'utf8');
}

/**
 * The code blocks of a section of a rule's page: a file each, named after the language. `json settings` is what the service printed,
 * `json facts` what only people know.
 */
export function ruleExample(id: string, heading: 'Bad' | 'Good'): RuleExample {
  const [, after = ''] = rulePage(id).split(`\n## ${heading}\n`);
  const section = after.split(/^## /m)[0] ?? '';
  const blocks = [...section.matchAll(/^```(\w+)[ \t]*(\S*)\n(.*?)^```$/gms)].map(([, language, name, text = '']) => ({
    name: name === undefined || name === '' ? `example.${language ?? ''}` : name,
    text,
  }));
  const special = (name: string): string | undefined => blocks.find((block) => block.name === name)?.text;
  const [settings, facts] = [special('settings'), special('facts')];
  return {
    files: blocks.flatMap(({ name, text }) => (name === 'settings' || name === 'facts' ? [] : [{ path: name, text }])),
    settings: settings === undefined ? undefined : parsePrintedSettings(settings),
    // The pages are ours.
    facts: facts === undefined ? undefined : (JSON.parse(facts) as Facts),
  };
}
