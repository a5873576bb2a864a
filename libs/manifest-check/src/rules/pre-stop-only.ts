import { serviceRule } from '../rule-kinds/rule.js';
import { preStopOf } from '../manifest/pre-stop.js';
import { formatMs } from '../settings/duration.js';

/** During preStop the service does not know that it is being stopped, so it asks no connection to close. */
export const preStopOnly = serviceRule({
  id: 'pre-stop-only',
  severity: 'warning',
  summary: 'The service has no lame duck of its own, only a preStop that waits',
  *check({ main, settings, services }) {
    const preStop = preStopOf(main);
    if (preStop.kind === 'none' || settings.lameDuck.maxMs > 0 || services.length === 0) return;
    const took = preStop.ms === undefined ? '' : ` of ${formatMs(preStop.ms)}`;
    yield {
      at: settings.variables.get('SHUTDOWN_LAME_DUCK') ?? preStop.field,
      message: `there is a preStop${took}, but no lame duck`,
      why: 'During preStop the service answers as ever, so clients and proxies keep their connections open, and send the next request just as they are closed.',
      remedy: 'env:\n  - name: SHUTDOWN_LAME_DUCK\n    value: 5s',
    };
  },
});
