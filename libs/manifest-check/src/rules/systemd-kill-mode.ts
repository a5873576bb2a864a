import { replaceValue } from '../edits/text-edit.js';
import { type Rule } from '../rule-kinds/rule.js';
import { serviceProcessesOf } from '../platforms/service-process.js';

/** With `KillMode=none` systemd sends the service no signal. */
export const systemdKillMode: Rule = {
  id: 'systemd-kill-mode',
  severity: 'error',
  summary: 'systemd does not send its signal to the service when it stops the unit',
  *check(model) {
    for (const file of model.platforms.filter(({ platform }) => platform === 'systemd')) {
      for (const { field, about } of serviceProcessesOf(file, model.findPrinted)) {
        const at = field.at('KillMode', -1);
        if (at.text !== 'none') continue;
        yield {
          at,
          about,
          message: 'KillMode is none: stopping the unit sends no signal, and ends no process',
          why: 'The old process stays until it is killed by hand, and the new one cannot listen on the same port.',
          remedy: 'KillMode=mixed',
          fix: { isSafe: true, edits: replaceValue(at, 'mixed') },
        };
      }
    }
  },
};
