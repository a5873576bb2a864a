import { type ConfigurationCheck, NotJudged } from '../configuration-check.js';

/** A service that listens, and that no probe can ask whether it is ready. */
export const probes: ConfigurationCheck = {
  name: 'probes',
  run: ({ probes: reached }) => {
    if (reached === 'unknown') return new NotJudged('routes of other frameworks are not seen');
    if (reached !== 'missing') return [];
    const message =
      'no readiness probe can be reached: there is no health route, no probe port and no indicator in use';
    return [{ message, remedy: 'Type health: true, or probePort: 9000, in GracefulShutdownModule.forRoot().' }];
  },
};
