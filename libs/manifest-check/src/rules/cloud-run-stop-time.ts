import { stopTimeRule } from '../rule-kinds/stop-time-rule.js';
import { isOfGoogle } from '../platforms/of-google.js';

/** Fixed, see https://cloud.google.com/run/docs/container-contract#instance-shutdown */
const STOP_MS = 10_000;

/** Cloud Run sends SIGKILL 10 s after SIGTERM, and nothing can change that. */
export const cloudRunStopTime = stopTimeRule({
  id: 'cloud-run-stop-time',
  severity: 'error',
  summary: 'A service on Cloud Run plans with more than the 10 s it gets to stop',
  platform: 'cloud-run',
  stopTimeOf({ root, field }) {
    const env = field.at('env');
    return isOfGoogle(root) ? { at: env, ms: STOP_MS, words: 'Cloud Run waits 10s' } : undefined;
  },
  report: () => ({ remedy: 'env:\n  - { name: SHUTDOWN_GRACE_PERIOD, value: 10s }' }),
});
