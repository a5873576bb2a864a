import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { sharedByCopies } from '../copies/shared-class.js';
import { PhaseMachine } from '../phase/phase-machine.js';
import { type IndicatorResult, indicatorResult } from './health-result.js';

/** For the startup probe: up once the service is bootstrapped, listening, and every gate has been up. */
@sharedByCopies('StartupHealthIndicator', ModulesContainer)
@Injectable()
export class StartupHealthIndicator {
  constructor(@Inject(PhaseMachine) private readonly phases: PhaseMachine) {}

  /** Use it in a Terminus check: `() => this.startup.isStarted()`. */
  isStarted<Key extends string = 'startup'>(key?: Key): IndicatorResult<Key> {
    // The default of Key is the default of key.
    return indicatorResult(key ?? ('startup' as Key), this.phases.current !== 'starting');
  }
}
