import { titleOf } from '../events/title.js';
import { type SequenceParts } from './sequence-parts.js';

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
