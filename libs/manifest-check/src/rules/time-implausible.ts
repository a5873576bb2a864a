import { implausibleTimes } from 'nestjs-lifecycle/options';
import { serviceRule } from '../rule-kinds/rule.js';

/** A time in a wrong unit: the service starts with it, and stops too early or too late. */
export const timeImplausible = serviceRule({
  id: 'time-implausible',
  severity: 'warning',
  summary: 'A time was written in a wrong unit: seconds were taken for milliseconds, or the other way round',
  *check({ settings, main }) {
    if (!settings.enabled) return;
    for (const { option, variable, message, meant } of implausibleTimes(settings)) {
      const field = settings.variables.get(variable);
      yield {
        at: field ?? main.field,
        message: message.replace(/\.$/, ''),
        why: 'The service starts with it, and only says so in its log. It cuts what is in flight, or waits until SIGKILL.',
        remedy:
          field === undefined
            ? `GracefulShutdownModule.forRoot({ ${option}: '${meant}' })`
            : `env:\n  - name: ${variable}\n    value: ${meant}`,
      };
    }
  },
});
