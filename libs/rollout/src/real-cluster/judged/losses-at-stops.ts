import { statusShown } from '../../ledger/request-record.js';
import { count, enough, span, time } from '../../verdict/wording.js';
import { type PodFacts } from '../../verdict/pod-facts.js';
import { type ClusterLoss, podsOf } from './cluster-inquiry.js';
import { connectionStory } from './connection-story.js';
import { namesOf } from './ends-of-pods.js';
import { type ClusterRule } from './cluster-rule.js';

/** A request that was on its way for so long was worked on; a younger one may just have crossed the end of its connection. */
const IN_HAND_MS = 50;

/** Requests that the service was working on were cut. */
export const cutsInFlight: ClusterRule = {
  code: 'cuts-in-flight',
  explains: ({ fate, stopping, record }) =>
    fate === 'reset' && stopping.length > 0 && record.endedAt - record.sentAt >= IN_HAND_MS,
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const pods = podsOf(losses, ({ stopping }) => stopping);
    const ages = losses.map(({ record }) => record.endedAt - record.sentAt);
    return {
      severity: 'error',
      title: 'Requests are cut while the service works on them',
      evidence: `${count(losses.length, 'request')} had been on the way for ${span(ages)} when the connection ended, while ${namesOf(pods)} stopped.`,
      remedy:
        'Wait for what is in flight before the process ends: app.enableShutdownHooks() with GracefulShutdownModule.forRoot(), or a longer drain.',
      pods,
    };
  },
};

/** The next request on a kept connection met its end. */
export const noConnectionClose: ClusterRule = {
  code: 'no-connection-close',
  explains: ({ fate, stopping, record }) => fate === 'reset' && stopping.length > 0 && record.isReused,
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const pods = podsOf(losses, ({ stopping }) => stopping);
    return {
      severity: 'error',
      title: 'Kept-alive connections end without a word',
      evidence: `${count(losses.length, 'request')} went out on a connection that had carried earlier ones, and met its end, while ${namesOf(pods)} stopped.${connectionStory(losses)}`,
      remedy:
        'Answer with `Connection: close` from SIGTERM on, and serve until the clients have left: the lame duck of nestjs-lifecycle does both.',
      pods,
    };
  },
};

/** New connections came to a pod that did not serve any more. */
export const closedEarly: ClusterRule = {
  code: 'listener-closed-early',
  explains: ({ fate, stopping }) => fate !== 'server-error' && stopping.length > 0,
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const pods = podsOf(losses, ({ stopping }) => stopping);
    const latest = losses.flatMap(({ record, stopping }) =>
      stopping.flatMap((pod) => sinceDeletion(pod, record.sentAt)),
    );
    const seconds = latest.length === 0 ? 5 : enough(Math.max(...latest));
    const served = pods.flatMap(({ deletedAt, exit }) =>
      deletedAt === undefined || exit === undefined ? [] : [exit.at - deletedAt],
    );
    return {
      severity: 'error',
      title: 'Pods stop serving while requests still come to them',
      evidence:
        `${count(losses.length, 'request')} on new connections: ${mannersOf(losses)}${latest.length === 0 ? '' : `, up to ${time(Math.max(...latest))} after the deletion of a pod`}.` +
        (served.length === 0 ? '' : ` These pods ended ${span(served)} after their deletion.`),
      remedy: `Serve longer after SIGTERM: SHUTDOWN_LAME_DUCK=${seconds}s..${seconds + 5}s`,
      pods,
    };
  },
};

/** Errors while pods stop, be they the service's or a balancer's for it. */
export const errorsWhileStopping: ClusterRule = {
  code: 'errors-while-stopping',
  explains: ({ fate, stopping }) => fate === 'server-error' && stopping.length > 0,
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const pods = podsOf(losses, ({ stopping }) => stopping);
    const statuses = [...new Set(losses.map(({ record }) => statusShown(record) ?? 'no status'))].join(', ');
    const said = losses.find(({ record }) => (record.detail ?? '') !== '')?.record.detail;
    return {
      severity: 'error',
      title: 'Errors are answered while pods stop',
      evidence: `${count(losses.length, 'request')} got ${statuses} while ${namesOf(pods)} stopped.${said === undefined ? '' : ` One answer: ${said.slice(0, 160)}`}`,
      remedy:
        '502, 503 and 504 of an Ingress mean that no pod answered it: serve longer after SIGTERM. 500 of the service means that it closed something its requests need: close it after the drain, in @OnGracefulShutdown.',
      pods,
    };
  },
};

function sinceDeletion({ deletedAt }: PodFacts, at: number): number[] {
  return deletedAt === undefined || at < deletedAt ? [] : [at - deletedAt];
}

function mannersOf(losses: readonly ClusterLoss[]): string {
  const counts = new Map<string, number>();
  for (const { fate } of losses) counts.set(fate, (counts.get(fate) ?? 0) + 1);
  return [...counts].map(([fate, number]) => `${fate} ${number}`).join(', ');
}
