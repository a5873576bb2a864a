import { serviceRule } from '../rule-kinds/rule.js';

/** Without its shutdown the service closes idle connections and refuses new ones at once. */
export const shutdownDisabled = serviceRule({
  id: 'shutdown-disabled',
  severity: 'error',
  summary: 'The graceful shutdown is switched off where requests are served',
  *check({ settings, services, root }) {
    if (settings.enabled || services.length === 0) return;
    yield {
      at: settings.variables.get('SHUTDOWN_ENABLED') ?? root.at('metadata', 'name'),
      message: 'the graceful shutdown is switched off',
      why: 'The signal closes the listener at once, with no lame duck, and kept-alive connections are not closed: they hold the process until SIGKILL cuts them.',
      remedy: 'Delete SHUTDOWN_ENABLED, or give it the value true.',
    };
  },
});
