import { stopTimeRule } from '../rule-kinds/stop-time-rule.js';

/** Fixed, see https://devcenter.heroku.com/articles/dyno-shutdown-behavior */
const STOP_MS = 30_000;

/** Heroku sends SIGKILL 30 s after SIGTERM, and nothing can change that. */
export const herokuStopTime = stopTimeRule({
  id: 'heroku-stop-time',
  severity: 'error',
  summary: 'A process of a Procfile plans with more than the 30 s that Heroku gives it to stop',
  platform: 'heroku',
  stopTimeOf: ({ field }) => ({ at: field, ms: STOP_MS, words: 'Heroku waits 30s' }),
  report: () => ({ remedy: 'heroku config:set SHUTDOWN_GRACE_PERIOD=30s' }),
});
