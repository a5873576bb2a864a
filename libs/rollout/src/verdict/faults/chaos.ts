import { backAfter } from '../absence.js';
import { type FaultRule, podsOf } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { NOTICE_MS, ofType } from '../pod-facts.js';
import { count, manners, time } from '../wording.js';
import { fatesIn, podsOfTroubles, severityOf } from './messages/wording.js';

/** After a dependency is back, requests that were waiting for it still fail for so long. */
const AFTERMATH_MS = 5000;

/** Where the scenario does not say how long a dependency is away. */
const DEFAULT_AWAY_MS = 5000;

/**
 * Losses that were asked for. A kill without a signal, a stopped process, a signal that says "now", a dependency that is away and
 * an end of all pods at once cannot be survived by any service; the other kinds of chaos can, and excuse nothing.
 */
export const chaos: FaultRule = {
  code: 'chaos',
  explains: (loss, inquiry) => isByPod(loss) || isWithoutDependency(loss, inquiry) || isWithoutPods(loss, inquiry),
  explainsMessage: ({ pod, at }) =>
    pod?.chaos.some((event) => isEnd(event.chaos) && at >= event.at - NOTICE_MS && at < backAfter(pod, event.at)) ===
    true,
  describeMessages: (troubles, inquiry) => ({
    severity: severityOf(troubles, inquiry),
    title: 'Cut by the chaos that was asked for',
    evidence: `${fatesIn(troubles, inquiry)}, on a pod that was killed or told to end at once.`,
    remedy:
      'Nothing can avoid these. Let the work bear a repetition: a unique key for each message, written with its effect.',
    pods: podsOfTroubles(troubles),
  }),
  describe: (losses, inquiry) => {
    if (losses.length === 0) return undefined;
    const played = ofType(inquiry.events, 'chaos-played').filter((event) => event.chaos !== 'slow-endpoints');
    const what = played.map((event) => `${event.chaos} at ${time(event.at)}${event.detail && `: ${event.detail}`}`);
    return {
      severity: 'error',
      title: 'Lost to the chaos that was asked for',
      evidence: `${count(losses.length, 'request')} lost (${manners(losses)}) after ${what.join('; ')}.`,
      remedy: remedyFor(losses),
      pods: podsOf(losses),
    };
  },
};

const UNANSWERED =
  'Nothing in this service can avoid these. Clients that retry idempotent requests, or a balancer that does (`--balancer request --retries 1`), would.';

/** An answer is an answer: no balancer tries such a request again. */
const ANSWERED_WITH_ERRORS =
  'The service lived and answered with errors, which a balancer tries nowhere else. Answer without the dependency where you can, or let clients retry later.';

function remedyFor(losses: readonly Loss[]): string {
  const errors = losses.filter(({ manner }) => manner === 'server-error').length;
  const texts = [...(errors < losses.length ? [UNANSWERED] : []), ...(errors > 0 ? [ANSWERED_WITH_ERRORS] : [])];
  return texts.join('\n');
}

function isByPod({ pod, at, manner, record }: Loss): boolean {
  if (pod === undefined) return false;
  return pod.chaos.some((event) => {
    const isLater = at >= event.at - 1;
    // A killed container is started again, and is none of the chaos' business once it is ready.
    if (event.chaos === 'kill') return isLater && at < backAfter(pod, event.at);
    if (event.chaos === 'second-signal') return isLater;
    return event.chaos === 'stopped-process' && isHeldUp(record, manner, event.at);
  });
}

function isHeldUp(record: Loss['record'], manner: Loss['manner'], stoppedAt: number): boolean {
  return (manner === 'timeout' || manner === 'black-hole') && record.endedAt >= stoppedAt;
}

function isWithoutDependency({ at, manner }: Loss, { events, scenario }: Inquiry): boolean {
  if (manner !== 'server-error' && manner !== 'timeout') return false;
  const asked = scenario.chaos.find(({ kind }) => kind === 'dependency-away');
  const forMs = asked?.forMs ?? DEFAULT_AWAY_MS;
  return ofType(events, 'chaos-played').some(
    (event) => event.chaos === 'dependency-away' && at >= event.at && at <= event.at + forMs + AFTERMATH_MS,
  );
}

/** All pods had been sent SIGTERM at once, and the first new one was not ready yet. */
function isWithoutPods(loss: Loss, inquiry: Inquiry): boolean {
  const end = ofType(inquiry.events, 'chaos-played').find((event) => event.chaos === 'all-pods-at-once');
  if (end === undefined || loss.at < end.at) return false;
  // Pods that got SIGTERM before they had a handler for it were the only endpoints.
  if (loss.pod !== undefined && inquiry.stopOf(loss.pod) === 'still-starting') return true;
  return loss.at <= backAt(end.at, inquiry) && (loss.pod === undefined || loss.phase === 'exited');
}

/** Chaos that ends a process whatever it does. */
function isEnd(kind: string): boolean {
  return kind === 'kill' || kind === 'second-signal';
}

/** When the last node knew again of a pod that was ready. */
function backAt(endAt: number, { events }: Inquiry): number {
  const back = ofType(events, 'endpoints-changed').find(({ at, ready }) => at > endAt && ready.length > 0);
  if (back === undefined) return Infinity;
  const nodes = new Set(ofType(events, 'node-learned').map(({ node }) => node));
  const learned = ofType(events, 'node-learned').filter(
    ({ at, pods }) => at >= back.at && pods.some((pod) => back.ready.includes(pod)),
  );
  return Math.max(back.at, ...[...nodes].map((node) => learned.find((one) => one.node === node)?.at ?? Infinity));
}
