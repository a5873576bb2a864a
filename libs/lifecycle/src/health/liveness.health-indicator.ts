import { Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { sharedByCopies } from '../copies/shared-class.js';
import { type IndicatorResult, indicatorResult } from './health-result.js';

/** For the liveness probe: up as long as the event loop answers. A shutdown never turns it, or the kubelet would kill what drains. */
@sharedByCopies('LivenessHealthIndicator', ModulesContainer)
@Injectable()
export class LivenessHealthIndicator {
  /** Use it in a Terminus check: `() => this.liveness.isAlive()`. */
  isAlive<Key extends string = 'liveness'>(key?: Key): IndicatorResult<Key> {
    // The default of Key is the default of key.
    return indicatorResult(key ?? ('liveness' as Key), true);
  }
}
