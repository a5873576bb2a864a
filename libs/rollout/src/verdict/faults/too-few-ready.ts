import { trafficPort } from '../../scenario/traffic-port.js';
import { absenceOf } from '../absence.js';
import { type FaultRule } from '../fault-rule.js';
import { isOutOfTurn } from './readiness-flaps.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { closedAt, ofType } from '../pod-facts.js';
import { oncePer } from '../once-per.js';
import { readyOverTime, smallestReady } from '../smallest-ready.js';
import { count, time } from '../wording.js';

/** At some time no pod was ready and serving: the strategy takes old pods away before new ones are there. */
export const tooFewReady: FaultRule = {
  code: 'too-few-ready',
  explains: (loss, inquiry) => loss.attempt === undefined || isSentToTheGone(loss, inquiry),
  describe: (losses, inquiry) => {
    const smallest = smallestReady(inquiry.events);
    if (
      losses.length === 0 &&
      (isWorker(inquiry) || smallest.count > 0 || wasAskedFor(inquiry) || isExplained(smallest.at, inquiry))
    )
      return undefined;
    const { strategy, replicas, maxSurge, maxUnavailable, statefulSet } = inquiry.scenario.deployment;
    const settings =
      statefulSet === undefined
        ? `${strategy} with replicas ${replicas}, maxSurge ${maxSurge}, maxUnavailable ${maxUnavailable}`
        : `a StatefulSet with replicas ${replicas}, which replaces a pod only after it has gone`;
    return {
      severity: losses.length > 0 ? 'error' : 'warning',
      title: 'There was a time with no ready pod',
      evidence:
        `${count(losses.length, 'request')} found no pod to go to. ` +
        `The smallest number of ready endpoints was ${smallest.count}, at ${time(smallest.at)} (${settings}).`,
      remedy: statefulSet === undefined ? remedy(replicas) : OF_STATEFUL_SET,
      pods: [],
    };
  },
};

/**
 * While no pod is ready, routers go on sending to those that are stopping (KEP-1669). One that had served for longer than routers need to
 * learn of a deletion has closed in good time: there was only nobody else.
 */
function isSentToTheGone({ pod, at, manner, attempt }: Loss, inquiry: Inquiry): boolean {
  if (pod?.deletedAt === undefined || pod.signal === undefined || (manner !== 'refused' && manner !== 'black-hole'))
    return false;
  const isInGoodTime = closedAt(pod) - pod.deletedAt >= inquiry.scenario.network.endpointLag.p99;
  const ready = readySteps(inquiry).findLast((step) => step.at <= (attempt?.at ?? at));
  return isInGoodTime && ready?.count === 0;
}

const readySteps = oncePer(({ events }: Inquiry) => readyOverTime(events));

/** Nothing is routed to it. */
function isWorker({ scenario }: Inquiry): boolean {
  return trafficPort(scenario.service.ports) === undefined;
}

function wasAskedFor({ events }: Inquiry): boolean {
  return ofType(events, 'chaos-played').some(({ chaos }) => chaos === 'all-pods-at-once' || chaos === 'node-drain');
}

/** Pods that had gone by themselves are another fault, told by its own rule. */
function isExplained(at: number, { pods }: Inquiry): boolean {
  return pods.some((pod) => absenceOf(pod, at) !== undefined || isOutOfTurn(pod, at));
}

const OF_STATEFUL_SET = [
  'spec:',
  '  replicas: 2   # or more, and maxUnavailable below it: a StatefulSet has no maxSurge',
  '# or a Deployment, where pods need no names and volumes of their own',
].join('\n');

function remedy(replicas: number): string {
  const strategy = [
    'strategy:',
    '  type: RollingUpdate',
    '  rollingUpdate:',
    '    maxSurge: 1',
    '    maxUnavailable: 0',
  ];
  return ['spec:', ...(replicas < 2 ? ['replicas: 2'] : []).concat(strategy).map((line) => `  ${line}`)].join('\n');
}
