import { serviceRule } from '../rule-kinds/rule.js';

/** What the service would not start with. */
export const settingsRefused = serviceRule({
  id: 'settings-refused',
  severity: 'error',
  summary: 'The service refuses to start with its SHUTDOWN_ variables or times',
  *check({ settings }) {
    for (const { field, message, remedy } of settings.problems) {
      yield {
        at: field,
        message,
        why: 'The service refuses to start with it: the rollout stops at its first pod.',
        remedy,
      };
    }
  },
});
