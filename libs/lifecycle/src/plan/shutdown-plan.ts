import { type Hook, type HookPhase } from '../hooks/hook.js';
import { type Source } from '../in-flight/work-sources.js';
import { type FoundResource } from '../resources/found-resource.js';
import { RESOURCE_PRIORITIES, type ResourceType } from '../resources/resource-type.js';

/** One step of a shutdown, as it is planned. */
export interface PlannedStep {
  /** `nest`: the hooks of Nest (`onModuleDestroy` and those after it); `end`: when all of them have returned. */
  readonly when: HookPhase | 'nest' | 'end';
  readonly what: 'intake' | 'drain' | 'hook' | 'nest-hooks' | 'resource';
  /** What logs and the report call it. */
  readonly name: string;
  /** Lower runs first; of hooks and resources. */
  readonly priority?: number;
  /** What a resource is for. */
  readonly type?: ResourceType;
  /** Who does it. */
  readonly by: string;
}

interface PlanParts {
  readonly sources: Iterable<Source>;
  readonly hooks: { plan(): readonly Hook[] };
  readonly resources: { readonly found: readonly FoundResource[] };
  /** Whether Nest closes the service, with hooks of its own. */
  readonly isClosedByHost: boolean;
}

const NEST_HOOKS: PlannedStep = {
  when: 'nest',
  what: 'nest-hooks',
  name: 'onModuleDestroy and the hooks after it',
  by: 'Nest',
};

const LIBRARY = 'nestjs-lifecycle';

/** What a shutdown would do now, in order. */
export function planOf({ sources, hooks, resources, isClosedByHost }: PlanParts): PlannedStep[] {
  const intakes = [...sources];
  const planned = hooks.plan();
  const hooksOf = (when: HookPhase): PlannedStep[] => planned.filter(({ phase }) => phase === when).map(hookStep);
  return [
    ...intakes.filter(({ intake = 'lame-duck' }) => intake === 'lame-duck').flatMap(intakeStep('lame-duck')),
    ...hooksOf('lame-duck'),
    ...intakes.filter(({ intake = 'lame-duck' }) => intake !== 'lame-duck').flatMap(intakeStep('draining')),
    ...hooksOf('draining'),
    { when: 'draining', what: 'drain', name: 'wait for what is in flight', by: LIBRARY },
    ...hooksOf('closing'),
    ...(isClosedByHost ? [NEST_HOOKS] : []),
    ...resources.found.filter((resource) => !tellsOfAll(resource)).map(resourceStep('end')),
    ...hooksOf('stopped'),
    ...resources.found.filter(tellsOfAll).map(resourceStep('stopped')),
  ];
}

function intakeStep(when: 'lame-duck' | 'draining'): (source: Source) => PlannedStep[] {
  return (source) => ('stopIntake' in source ? [{ when, what: 'intake', name: source.name, by: LIBRARY }] : []);
}

function hookStep({ phase, name, priority, origin, resource }: Hook): PlannedStep {
  const step = { when: phase, name, priority, by: origin };
  return resource === undefined ? { ...step, what: 'hook' } : { ...step, what: 'resource', type: resource.type };
}

/** Telemetry and logs are closed behind all hooks, and agents that telemetry may send through. */
function tellsOfAll({ priority }: FoundResource): boolean {
  return priority >= RESOURCE_PRIORITIES.telemetry;
}

function resourceStep(when: 'end' | 'stopped'): (resource: FoundResource) => PlannedStep {
  return (resource) => {
    const { name, priority, type } = resource;
    return { when, what: 'resource', name, priority, type, by: closerOf(resource) };
  };
}

/** Who closes a resource that was found. */
export function closerOf({ owner }: FoundResource): string {
  return owner === undefined ? LIBRARY : `${owner}, else ${LIBRARY}`;
}
