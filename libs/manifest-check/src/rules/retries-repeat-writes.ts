import { IDEMPOTENT_METHODS } from 'nestjs-lifecycle-shared';
import { type PartialReport, type Rule } from '../rule-kinds/rule.js';
import { type Resource } from '../manifest/resource.js';
import { type Field } from '../source/field.js';

/** A proxy that sends a request a second time cannot know what the first one has done. */
export const retriesRepeatWrites: Rule = {
  id: 'retries-repeat-writes',
  severity: 'warning',
  summary: 'A proxy repeats requests that must not be repeated',
  *check({ cluster }) {
    for (const resource of cluster.resources) {
      for (const report of reportsOn(resource)) yield { about: resource, ...report };
    }
  },
};

function reportsOn(resource: Resource): readonly PartialReport[] {
  switch (resource.kind) {
    case 'Ingress':
      return ofIngress(resource);
    case 'ConfigMap':
      return ofNginxSettings(resource);
    case 'VirtualService':
      return ofVirtualService(resource);
    default:
      return [];
  }
}

const NGINX = 'nginx.ingress.kubernetes.io/';

function ofIngress({ root }: Resource): readonly PartialReport[] {
  const annotations = root.at('metadata', 'annotations');
  const named = annotations.at(`${NGINX}proxy-next-upstream`);
  const snippet = annotations.at(`${NGINX}configuration-snippet`);
  const isInSnippet = /^\s*proxy_next_upstream\s[^;#]*\bnon_idempotent\b/m.test(snippet.text ?? '');
  return [
    ...(/\bnon_idempotent\b/.test(named.text ?? '') ? [byNginx(named)] : []),
    ...(isInSnippet ? [byNginx(snippet)] : []),
  ];
}

/** The settings of the ingress controller itself. */
function ofNginxSettings({ root }: Resource): readonly PartialReport[] {
  const data = root.at('data');
  const next = data.at('proxy-next-upstream');
  const flag = data.at('retry-non-idempotent');
  return [
    ...(/\bnon_idempotent\b/.test(next.text ?? '') ? [byNginx(next)] : []),
    ...(flag.text === 'true' ? [byNginx(flag)] : []),
  ];
}

function byNginx(at: Field): PartialReport {
  return {
    at,
    message: 'nginx repeats POST, PATCH and LOCK requests on another pod (non_idempotent)',
    why: `${WHY} It does so, too, when a pod that is stopping cuts the connection in the middle of one.`,
    remedy: `${NGINX}proxy-next-upstream: error timeout   # repeats what nothing was sent of, and reads`,
  };
}

const WHY =
  'What has failed on its way back may have been done: an order is placed twice. Only the service can tell, by a key that the client sends.';

/** Conditions under which the service has seen the request. Istio's own default has none of them. */
const SEEN = new Set(['5xx', 'gateway-error', 'reset', 'retriable-4xx', 'retriable-status-codes']);

function ofVirtualService({ root, apiVersion }: Resource): readonly PartialReport[] {
  if (!apiVersion.startsWith('networking.istio.io/')) return [];
  return root.at('spec', 'http').items.flatMap((route) => {
    const retries = route.at('retries');
    const repeated = conditionsOf(retries);
    return repeated.length === 0 || isForReads(route) ? [] : [byIstio(retries.at('retryOn'), repeated)];
  });
}

function conditionsOf(retries: Field): readonly string[] {
  if (retries.at('attempts').number === 0) return [];
  const written = (retries.at('retryOn').text ?? '').split(',').map((word) => word.trim());
  return written.filter((word) => SEEN.has(word) || /^[45]\d\d$/.test(word));
}

function isForReads(route: Field): boolean {
  const matches = route.at('match').items;
  return matches.length > 0 && matches.every((match) => IDEMPOTENT_METHODS.has(match.at('method', 'exact').text ?? ''));
}

function byIstio(at: Field, conditions: readonly string[]): PartialReport {
  return {
    at,
    message: `retries on ${conditions.join(', ')} repeat requests of every method, also POST`,
    why: WHY,
    remedy:
      'retryOn: connect-failure,refused-stream,unavailable,cancelled,reset-before-request   # or a route of its own for GET',
  };
}
