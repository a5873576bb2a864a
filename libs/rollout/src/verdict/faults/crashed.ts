import { type FaultRule } from '../fault-rule.js';
import { NOTICE_MS } from '../pod-facts.js';
import { mostFrequent, time } from '../wording.js';

/** A process ended by itself, before any signal. */
export const crashed: FaultRule = {
  code: 'crashed',
  explains: ({ pod, at, manner }) =>
    manner !== 'server-error' &&
    (pod?.crashes ?? []).some((crash) => {
      const back = pod?.events.find((event) => event.type === 'pod-ready' && event.at > crash.at)?.at ?? Infinity;
      return at >= crash.at - NOTICE_MS && at < back;
    }),
  describe: (_losses, { pods }) => {
    const crashed = pods.filter(({ crashes }) => crashes.length > 0);
    if (crashed.length === 0) return undefined;
    const ends = crashed.flatMap(({ name, crashes }) =>
      crashes.map(({ at, code, signal }) => `${name} at ${time(at)} with ${signal ?? `exit code ${code}`}`),
    );
    const stderr = crashed.flatMap(({ logs }) => logs.filter(({ stream }) => stream === 'stderr'));
    const said = mostFrequent(stderr.map(({ line }) => line));
    return {
      severity: 'error',
      title: 'The service ended by itself',
      evidence: `No signal had been sent: ${ends.join('; ')}.${said === undefined ? '' : ` On stderr: ${said}`}`,
      remedy:
        'Start the service by hand with the same command and environment, and read what it prints before it ends.',
      pods: crashed,
    };
  },
};
