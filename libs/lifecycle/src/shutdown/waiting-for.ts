import { titleOf } from '../events/title.js';
import { type SequenceParts, type Trigger } from './sequence-parts.js';

/** The names of what a shutdown is waiting for right now. */
export function namesOfAwaited(parts: SequenceParts): string[] {
  const { clock, phases, hooks, host, sources, resources, startUp, coordination } = parts;
  const isStarting = phases.current === 'starting' && !startUp.hasSettled;
  const work = phases.current === 'draining' ? sources.inFlight.snapshot(clock.now()).items : [];
  return [
    ...(isStarting ? ['the start to settle'] : []),
    ...coordination.waitingFor,
    ...work.map(titleOf),
    ...hooks.running.map(({ name }) => `hook ${name}`),
    ...host.waitingFor,
    ...resources.waitingFor.map((name) => `${name} to close`),
  ];
}

/** Measures the event loop from now on. Returns what stops it. */
export function watchLoop({ loop, hooks, host }: SequenceParts, { signal }: Trigger, remainingMs: number): () => void {
  const running = (): string[] => [...hooks.running, ...host.running].map(({ name }) => name);
  return loop.start({ endsProcess: signal !== undefined, remainingMs, running });
}
