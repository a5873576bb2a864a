import { StartFailure } from '../cluster/start-failure.js';
import { netNamespace } from '../network/own/net-namespace.js';
import { type RehearsalOptions } from '../scenario/rehearsal-options.js';
import { type Scenario } from '../scenario/scenario.js';
import { resolveScenario } from '../scenario/resolve-scenario.js';

/** The same rehearsal with another network of its pods, and why. */
export interface OtherNetwork {
  readonly scenario: Scenario;
  /** What is waited for. */
  readonly waiting: string;
  /** What is to be said in the end, beside what {@link networkNotes} says. */
  readonly notes: readonly string[];
}

/** What is to be said of the networks that pods have. */
export function networkNotes({ service: { ownNetwork } }: Scenario): readonly string[] {
  if (ownNetwork === undefined) return [];
  return [
    `Each pod has a network of its own, ${ownNetwork.reason}. Connections of the service lead out of it where its variables, --outbound or a listener of this machine say so.`,
  ];
}

/**
 * What to play in place of a rehearsal whose service did not come up: one whose pods have networks of their own, where the service takes a port of its own
 * choice, with that for the port of its container where the options name none. `undefined` where neither would help.
 */
export function otherNetwork(scenario: Scenario, options: RehearsalOptions, error: unknown): OtherNetwork | undefined {
  const { podNetwork = 'auto' } = options;
  if (!(error instanceof StartFailure) || podNetwork === 'shared') return undefined;
  const [elsewhere] = error.elsewhere;
  const again = { ...options, seed: scenario.seed };
  if (scenario.service.ownNetwork === undefined) return elsewhere === undefined ? undefined : inOwn(again, elsewhere);
  if (error.code === 'NEVER_LISTENED' && elsewhere !== undefined) return listeningOn(elsewhere, again);
  return undefined;
}

/** The same error with advice about the network of the pods, where another network or a port that leads out of it may help. */
export function withAdvice(error: unknown, { service }: Scenario, { podNetwork }: RehearsalOptions): unknown {
  if (!(error instanceof StartFailure)) return error;
  if (service.ownNetwork !== undefined) {
    const advice = `Each pod had a network of its own, ${service.ownNetwork.reason}: if the service calls a server of this machine, name its port with --outbound`;
    return new StartFailure(error.code, `${error.message}\n${advice}`, error.elsewhere);
  }
  if (error.elsewhere.length === 0 || podNetwork === 'shared') return error;
  const found = netNamespace();
  if (found.namespace !== undefined) return error;
  const message = `${error.message}\nIn a network of its own the pod could have that port, but this machine gives pods none (${found.why})`;
  return new StartFailure(error.code, message, error.elsewhere);
}

function inOwn(options: RehearsalOptions, elsewhere: number): OtherNetwork | undefined {
  if (netNamespace().namespace === undefined) return undefined;
  const reason = `because the service listens on ${elsewhere}, whatever a variable says`;
  return {
    scenario: withReason(resolveScenario({ ...options, podNetwork: 'own' }), reason),
    waiting: `playing it again with a network of its own for each pod, ${reason}`,
    notes: [],
  };
}

/** Where the options name no port, the port of the container is the one that it listens on. */
function listeningOn(containerPort: number, options: RehearsalOptions): OtherNetwork | undefined {
  if (options.ports !== undefined) return undefined;
  const reason = `because the service listens on ${containerPort}, which is taken for the port of its container`;
  return {
    scenario: withReason(resolveScenario({ ...options, podNetwork: 'own', ports: [{ containerPort }] }), reason),
    waiting: `playing it again with ${containerPort} for the port of its container`,
    notes: [],
  };
}

function withReason(scenario: Scenario, reason: string): Scenario {
  const { service, nextService } = scenario;
  const { ownNetwork } = service;
  if (ownNetwork === undefined) return scenario;
  const own = { ownNetwork: { ...ownNetwork, reason } };
  return { ...scenario, service: { ...service, ...own }, nextService: { ...nextService, ...own } };
}
