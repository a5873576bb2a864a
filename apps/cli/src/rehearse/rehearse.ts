import {
  playRehearsal as play,
  type Rehearsal,
  type RehearsalOptions,
  type RehearsalWatch,
  type Verdict,
} from 'nestjs-lifecycle-rollout';
import { servicePhase } from './service-phase.js';

/**
 * Plays a rolling update of a service under load and says what was lost, and why. Knows the phases of services with
 * nestjs-lifecycle by their log.
 *
 * @throws InvalidScenarioError listing every problem of the options
 * @throws LoadSourceError when requests cannot be read
 * @throws StartFailure when the service does not come up
 */
export async function rehearse(options: RehearsalOptions, watch: RehearsalWatch = {}): Promise<Verdict> {
  return (await playRehearsal(options, watch)).verdict;
}

/** As {@link rehearse}, with everything that happened: what reports are made of. */
export function playRehearsal(options: RehearsalOptions, watch: RehearsalWatch = {}): Promise<Rehearsal> {
  return play(options, { phaseOf: servicePhase, ...watch });
}
