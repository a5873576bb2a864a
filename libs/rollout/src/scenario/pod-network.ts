import { netNamespace } from '../network/own/net-namespace.js';
import { type ScenarioProblem } from './invalid-scenario-error.js';
import { type ReadOptions } from './option-schema.js';
import { portsAsked, strangePorts } from './ports-of-pod.js';
import { type OwnNetwork } from './scenario.js';

/** What the pods of a service have for a network, or why it cannot be played. */
export interface ChosenPodNetwork {
  /** `undefined`: they share that of this machine. */
  readonly own: OwnNetwork | undefined;
  readonly problems: readonly ScenarioProblem[];
}

/**
 * Pods share the network of this machine unless a probe or a hook would meet another program there. Then each has one of its own, where the machine allows it.
 * The port in a command that is one of the pod's is no reason: it is rewritten.
 */
export function choosePodNetwork(options: ReadOptions): ChosenPodNetwork {
  const { podNetwork, outbound } = options;
  if (podNetwork === 'shared')
    return { own: undefined, problems: [...strangePorts(options), ...idleOutbound(options)] };
  const strange = [...strangePorts(options)];
  const reason = reasonOf(options, strange);
  if (reason === undefined) return { own: undefined, problems: [] };
  const found = netNamespace();
  if (found.namespace !== undefined) return { own: { reason, outbound, asked: portsAsked(options) }, problems: [] };
  const { why } = found;
  const missing = `this machine gives pods no networks of their own (${why})`;
  if (podNetwork === 'own') return { own: undefined, problems: [{ option: 'podNetwork', message: `own: ${missing}` }] };
  const problems = strange.map(({ option, message }) => ({
    option,
    message: `${message}. In a network of its own it would be the pod's, but ${missing}`,
  }));
  return { own: undefined, problems };
}

/** Why pods have networks of their own; `undefined` where they share one. */
function reasonOf({ podNetwork }: ReadOptions, [strange]: readonly ScenarioProblem[]): string | undefined {
  if (podNetwork === 'own') return 'as podNetwork says';
  return strange && `because ${strange.option} asks or runs what could meet another program of this machine`;
}

function idleOutbound({ podNetwork, outbound }: ReadOptions): ScenarioProblem[] {
  if (outbound.length === 0 || podNetwork !== 'shared') return [];
  const message = 'is about networks that pods have of their own: leave podNetwork: shared out';
  return [{ option: 'outbound', message }];
}
