import { statusShown } from '../../ledger/request-record.js';
import { count } from '../../verdict/wording.js';
import { podsOf } from './cluster-inquiry.js';
import { connectionStory } from './connection-story.js';
import { namesOf } from './ends-of-pods.js';
import { type ClusterRule } from './cluster-rule.js';

/** The load or the service is wrong from the beginning. */
export const neverAnswered: ClusterRule = {
  code: 'never-answered',
  explains: ({ record, at }, { records, changedAt }) =>
    at < changedAt &&
    !records.some(({ kind, fate }) => kind === record.kind && (fate === 'answered' || fate === 'told-to-go')),
  describe: (losses) => {
    const [first] = losses;
    if (first === undefined) return undefined;
    const { kind, status, detail } = first.record;
    return {
      severity: 'error',
      title: 'The service never answers these requests, whatever the rollout does',
      evidence: `${count(losses.length, 'request')} failed before anything was changed, none was answered. ${kind}: ${status ?? first.fate}${detail === undefined ? '' : `, ${detail.slice(0, 160)}`}`,
      remedy:
        'Ask the address by hand for the same. Then correct the address, the path, headers or body, or say which status you expect (expect: [..]).',
      pods: [],
    };
  },
};

/** No pod was ready. */
export const noneReady: ClusterRule = {
  code: 'too-few-ready',
  explains: ({ ready, at }, { changedAt }) => ready === 0 && at >= changedAt,
  describe: (losses, { scenario }) => {
    if (losses.length === 0) return undefined;
    const { replicas, maxUnavailable, strategy } = scenario.deployment;
    return {
      severity: 'error',
      title: 'There was a time without any ready pod',
      evidence: `${count(losses.length, 'request')} came when no endpoint was ready: ${strategy}, replicas ${replicas}, maxUnavailable ${maxUnavailable}.`,
      remedy:
        'replicas: 2 or more with maxUnavailable: 0; with one replica: SHUTDOWN_SINGLE_REPLICA=true. Recreate has such a time always.',
      pods: [],
    };
  },
};

/** Requests came before a new pod could answer. */
export const notReadyWhenRouted: ClusterRule = {
  code: 'not-ready-when-routed',
  explains: ({ fresh }) => fresh.length > 0,
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const pods = podsOf(losses, ({ fresh }) => fresh);
    return {
      severity: 'error',
      title: 'Pods say that they are ready before they can answer',
      evidence: `${count(losses.length, 'request')} failed within 2 s of the readiness of ${namesOf(pods)}, while no pod stopped.`,
      remedy:
        'Let the readiness probe ask for what requests need: health: true of nestjs-lifecycle, or a gate for what is warmed up.',
      pods,
    };
  },
};

/** Errors that no stop explains. */
export const errorAnswer: ClusterRule = {
  code: 'error-answer',
  explains: ({ fate }) => fate === 'server-error',
  describe: (losses) => {
    const [first] = losses;
    if (first === undefined) return undefined;
    return {
      severity: 'error',
      title: 'The service answers with errors, whatever the rollout does',
      evidence: `${count(losses.length, 'request')} got ${[...new Set(losses.map(({ record }) => statusShown(record)))].join(', ')} while no pod stopped. ${first.record.kind}: ${(first.record.detail ?? '').slice(0, 160)}`,
      remedy: 'Repair the service, or say which status you expect (expect: [..]).',
      pods: [],
    };
  },
};

/** What nothing explains is said so. */
export const unexplained: ClusterRule = {
  code: 'unexplained',
  explains: () => true,
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    return {
      severity: 'error',
      title: 'Requests were lost while no pod stopped, started or crashed',
      evidence: `${count(losses.length, 'request')}: ${[...new Set(losses.map(({ fate, record }) => record.detail ?? fate))].slice(0, 3).join('; ')}.${connectionStory(losses)}`,
      remedy:
        'Look at what stands in front of the pods: the balancer, the network, a node. --ledger has each with its connection, and what every pod was doing.',
      pods: [],
    };
  },
};
