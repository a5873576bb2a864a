import { type PhaseMachine } from '../phase/phase-machine.js';
import { type HealthAnswer, healthAnswer, indicatorResult } from './health-result.js';
import { type Readiness } from './readiness.js';

interface ProbesParts {
  readonly settings: { readonly health: { readonly path: string } };
  readonly readiness: Readiness;
  readonly phases: PhaseMachine;
}

/** The ready-made probes, wherever they are served. */
export class Probes {
  constructor(private readonly parts: ProbesParts) {}

  /** Each probe by its path. */
  byPath(): Readonly<Record<string, () => Promise<HealthAnswer>>> {
    const { path } = this.parts.settings.health;
    return {
      [`${path}/live`]: async () => this.live(),
      [`${path}/ready`]: () => this.ready(),
      [`${path}/startup`]: async () => this.startup(),
    };
  }

  /** Up as long as the event loop answers: a shutdown never turns it, or the kubelet would kill what drains. */
  live(): HealthAnswer {
    return healthAnswer(indicatorResult('liveness', true));
  }

  /** Down from the tick of the signal on, and while a gate is. */
  async ready(): Promise<HealthAnswer> {
    const { isReady, gates } = await this.parts.readiness.check();
    return healthAnswer(indicatorResult('readiness', isReady, gates));
  }

  /** Up once the start is over: listening, and every gate has been up. */
  startup(): HealthAnswer {
    return healthAnswer(indicatorResult('startup', this.parts.phases.current !== 'starting'));
  }
}
