import { type PodPort } from '../pods/free-ports.js';
import { type PodProcess } from '../pods/pod-process.js';
import { type Probe } from '../scenario/scenario.js';

/** The answer to a probe, in a word or two. */
export interface ProbeAnswer {
  readonly isSuccess: boolean;
  readonly detail: string;
}

/** Whom a probe asks. */
export interface ProbeTarget {
  readonly process: PodProcess;
  readonly ports: readonly PodPort[];
}

/** Asks a pod, over the network or by a command in it. Nothing here rejects; the caller's signal is what ends a question. */
export interface Prober {
  ask(action: Probe['action'], target: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer>;
  /** Sends a request whose answer does not matter, only that there is one: how preStop asks. */
  call(request: { readonly path: string; readonly port: number }, signal: AbortSignal): Promise<ProbeAnswer>;
  /** Whether a connection to that port of this machine is accepted; one that hangs until the signal is neither. */
  knock(port: number, signal: AbortSignal): Promise<'accepted' | 'refused' | 'no answer'>;
}
