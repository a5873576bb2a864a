import { Inject, Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { sharedByCopies } from '../copies/shared-class.js';
import { type IndicatorResult, indicatorResult } from './health-result.js';
import { Readiness } from './readiness.js';

/** For the readiness probe: down from the tick of the signal on, and while a gate is. */
@sharedByCopies('ReadinessHealthIndicator', ModulesContainer)
@Injectable()
export class ReadinessHealthIndicator {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  /** Use it in a Terminus check: `() => this.readiness.isAcceptingTraffic()`. */
  async isAcceptingTraffic<Key extends string = 'readiness'>(key?: Key): Promise<IndicatorResult<Key>> {
    const { isReady, gates } = await this.readiness.check();
    // The default of Key is the default of key.
    const name = key ?? ('readiness' as Key);
    const result = indicatorResult(name, isReady, gates);
    if (!isReady) this.readiness.refusedBy(result[name]);
    return result;
  }
}
