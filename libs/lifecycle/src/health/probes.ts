import { Inject, Injectable } from '@nestjs/common';
import { type Settings, SETTINGS } from '../options/settings.js';
import { type HealthAnswer, healthAnswer } from './health-result.js';
import { LivenessHealthIndicator } from './liveness.health-indicator.js';
import { ReadinessHealthIndicator } from './readiness.health-indicator.js';
import { StartupHealthIndicator } from './startup.health-indicator.js';

/** The ready-made probes, wherever they are served. */
@Injectable()
export class Probes {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LivenessHealthIndicator) private readonly liveness: LivenessHealthIndicator,
    @Inject(ReadinessHealthIndicator) private readonly readiness: ReadinessHealthIndicator,
    @Inject(StartupHealthIndicator) private readonly startup: StartupHealthIndicator,
  ) {}

  /** Each probe by its path. */
  byPath(): Readonly<Record<string, () => Promise<HealthAnswer>>> {
    const { path } = this.settings.health;
    return {
      [`${path}/live`]: async () => healthAnswer(this.liveness.isAlive()),
      [`${path}/ready`]: async () => healthAnswer(await this.readiness.isAcceptingTraffic()),
      [`${path}/startup`]: async () => healthAnswer(this.startup.isStarted()),
    };
  }
}
