import { type Model, type PartialReport, serviceRule } from '../rule-kinds/rule.js';
import { type Resource } from '../manifest/resource.js';
import { type Workload } from '../manifest/workload.js';
import { formatMs } from '../settings/duration.js';
import { longestDrainMs } from '../settings/longest-drain.js';
import { type Field } from '../source/field.js';

/** A load balancer that stops waiting cuts what the service still works on. */
export const deregistrationTooShort = serviceRule({
  isOfAnyServer: true,
  id: 'deregistration-too-short',
  severity: 'warning',
  summary: 'The load balancer waits less for requests in flight than the service does',
  *check(workload, model) {
    const { settings } = workload;
    const neededMs = model.facts.longestRequestMs ?? longestDrainMs(settings);
    if (!settings.enabled) return;
    for (const { at, seconds, name, remedy } of [...onAws(workload), ...onGoogle(workload, model)]) {
      if (seconds * 1000 >= neededMs) continue;
      const what =
        model.facts.longestRequestMs === undefined
          ? `the service drains for ${formatMs(neededMs)}`
          : `the longest request takes ${formatMs(neededMs)}`;
      yield {
        at,
        message: `${name} waits ${formatMs(seconds * 1000)} for requests in flight, but ${what}`,
        why: 'After that time the load balancer closes the connections of a target that leaves: answers that the service is still working on are lost.',
        remedy: remedy(Math.ceil(neededMs / 1000)),
      } satisfies PartialReport;
    }
  },
});

interface Wait {
  readonly at: Field;
  readonly seconds: number;
  readonly name: string;
  readonly remedy: (seconds: number) => string;
}

const ATTRIBUTES = [
  'alb.ingress.kubernetes.io/target-group-attributes',
  'service.beta.kubernetes.io/aws-load-balancer-target-group-attributes',
] as const;

/** Where nothing is written AWS waits 300 s. */
function onAws({ ingresses, services }: Workload): readonly Wait[] {
  return [...ingresses, ...services].flatMap(({ root }) =>
    ATTRIBUTES.flatMap((annotation) => {
      const at = root.at('metadata', 'annotations', annotation);
      const [, seconds] = /(?:^|,)\s*deregistration_delay\.timeout_seconds\s*=\s*(\d+)/.exec(at.text ?? '') ?? [];
      if (seconds === undefined) return [];
      const remedy = (needed: number): string =>
        `${annotation}: ${(at.text ?? '').replace(/(deregistration_delay\.timeout_seconds\s*=\s*)\d+/, `$1${needed}`)}`;
      return [{ at, seconds: Number(seconds), name: 'the target group', remedy }];
    }),
  );
}

const BACKEND_CONFIG = ['cloud.google.com/backend-config', 'beta.cloud.google.com/backend-config'] as const;

function onGoogle({ services }: Workload, { cluster }: Model): readonly Wait[] {
  const configs = services.flatMap((service) =>
    cluster.ofKind('BackendConfig').filter((config) => isUsedBy(service, config)),
  );
  return configs.flatMap(({ root }) => {
    const at = root.at('spec', 'connectionDraining', 'drainingTimeoutSec');
    if (at.number === undefined) return [];
    const remedy = (needed: number): string => `connectionDraining:\n  drainingTimeoutSec: ${needed}`;
    return [{ at, seconds: at.number, name: 'the backend service', remedy }];
  });
}

/** The annotation is JSON: `{"default": "orders"}`, or a name for each port. */
function isUsedBy(service: Resource, { name, namespace }: Resource): boolean {
  const annotations = service.root.at('metadata', 'annotations');
  const texts = BACKEND_CONFIG.map((key) => annotations.at(key).text ?? '');
  return service.namespace === namespace && texts.some((text) => text.includes(JSON.stringify(name)));
}
