import { type Finding } from '../findings/finding.js';
import { type Rule } from '../rule-kinds/rule.js';
import { type Suppression } from './suppressions.js';

/** `checkFiles` finds these itself, since it takes the findings of all rules to know. */
const check: Rule['check'] = () => [];

/** A comment that silences must say why, so that the next reader can tell whether it still holds. */
export const ignoreWithoutReason: Rule = {
  id: 'ignore-without-reason',
  severity: 'warning',
  summary: 'A comment that silences a rule does not name the rule, or does not say why',
  check,
};

/** What was silenced once and is gone by now would silence the next one, too. */
export const unusedIgnore: Rule = {
  id: 'unused-ignore',
  severity: 'warning',
  summary: 'A comment silences a rule where that rule finds nothing',
  check,
};

/** What is wrong with a comment that silences. */
export function suppressionFinding(
  suppression: Suppression,
  { file, isUsed, isKnown }: { readonly file: string; readonly isUsed: boolean; readonly isKnown: boolean },
): Finding | undefined {
  const { rule, reason, line, column } = suppression;
  const at = { file, line, column, subject: 'comment' };
  if (rule === '' || reason === '') {
    const what = rule === '' ? 'names no rule' : `does not say why ${rule} is silenced`;
    return {
      ...at,
      rule: ignoreWithoutReason.id,
      severity: ignoreWithoutReason.severity,
      message: `the comment ${what}, so it silences nothing`,
      why: 'Without a reason the next reader cannot tell whether the finding may still be ignored.',
      remedy: `# nestjs-lifecycle-ignore ${rule === '' ? '<rule>' : rule}: <why it does not matter here>`,
    };
  }
  if (isUsed) return undefined;
  return {
    ...at,
    rule: unusedIgnore.id,
    severity: unusedIgnore.severity,
    message: isKnown ? `${rule} finds nothing on line ${suppression.target}` : `there is no rule ${rule}`,
    why: 'A comment that silences nothing today would silence the next finding on this line without notice.',
    remedy: isKnown
      ? 'Delete the comment, or move it to the line of the finding or right above it.'
      : 'Correct the name of the rule, or delete the comment.',
  };
}
