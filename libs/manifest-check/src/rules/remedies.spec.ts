import { pasteRemedies, REMEDIES_FOR_A_PERSON } from '../../../../test/support/paste-remedies.js';
import { ruleExample } from '../../../../test/support/rule-examples.js';
import { checkFiles, type CheckOptions } from '../check-files.js';
import { applyFixes } from '../findings/apply-fixes.js';
import { type Finding } from '../findings/finding.js';
import { type TextFile } from '../source/source.js';
import { RULES } from './registry.js';

/** What is found after pasting all the same, and why. */
const LEFT: Readonly<Record<string, { readonly rules: readonly string[]; readonly why: string }>> = {
  'service-matches-no-pod': {
    rules: ['disruption-budget-missing', 'readiness-probe-missing'],
    why: 'a workload is a service only once a Service chooses its pods',
  },
  'keep-alive-too-short': {
    rules: ['lame-duck-too-short'],
    why: 'the lame duck is written in the code, so that no variable can change it',
  },
};

const ids = RULES.map(({ id }) => id);

/** Everything that is found but notes. */
function faultsIn(files: readonly TextFile[], options: CheckOptions): readonly Finding[] {
  const { findings, unusable } = checkFiles(files, options);
  expect(unusable).toEqual([]);
  return findings.filter(({ severity }) => severity !== 'note');
}

function shown(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ rule, subject, message }) => `${rule}: ${subject}: ${message}`);
}

describe('the remedies of all rules, pasted together,', () => {
  it.each(ids)('leave nothing to find in the bad example of %s', (id) => {
    const { files, settings, facts } = ruleExample(id, 'Bad');
    const options = { settings, facts };
    const { findings } = checkFiles(files, options);
    const mendable = findings.filter(({ rule }) => REMEDIES_FOR_A_PERSON[rule] === undefined);
    const after = pasteRemedies(files, mendable);
    const left = faultsIn(after, options).filter(({ rule }) => REMEDIES_FOR_A_PERSON[rule] === undefined);
    const rules: readonly string[] = LEFT[id]?.rules ?? [];
    expect(shown(left.filter(({ rule }) => !rules.includes(rule)))).toEqual([]);
    expect(left.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...rules]));
  });

  it.each(ids)('the rest can be pasted after the fixes of the bad example of %s', (id) => {
    const { files, settings, facts } = ruleExample(id, 'Bad');
    const options = { settings, facts };
    const { findings } = checkFiles(files, options);
    const fixed = files.map((file) => applyFixes(file, findings, { unsafe: true }));
    const applied = fixed.flatMap((file) => file.applied.map(({ rule }) => rule));
    const rest = checkFiles(fixed, options);
    expect(rest.unusable).toEqual([]);
    expect(rest.findings.filter(({ rule }) => applied.includes(rule))).toEqual([]);
  });
});

describe('remedies for a person', () => {
  it('are those of rules that there are', () => {
    expect(ids).toEqual(expect.arrayContaining([...Object.keys(REMEDIES_FOR_A_PERSON), ...Object.keys(LEFT)]));
  });

  it.each(Object.entries(REMEDIES_FOR_A_PERSON))('are no text to paste: that of %s %s', (id) => {
    const { files, settings, facts } = ruleExample(id, 'Bad');
    const { findings } = checkFiles(files, { settings, facts });
    expect(findings.map(({ rule }) => rule)).toContain(id);
    const isMended = (): boolean => {
      const after = pasteRemedies(files, findings);
      return !checkFiles(after, { settings, facts }).findings.some(({ rule }) => rule === id);
    };
    // One that could be pasted would have to leave the list.
    expect(attempt(isMended)).not.toBe(true);
  });
});

function attempt(what: () => boolean): boolean | Error {
  try {
    return what();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}
