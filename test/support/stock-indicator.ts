import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';

/** What a team already has beside ours. */
@Injectable()
export class StockIndicator {
  isInStock = true;

  constructor(@Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService) {}

  isHealthy() {
    const indicator = this.indicators.check('stock');
    return this.isInStock ? indicator.up({ left: 3 }) : indicator.down({ left: 0 });
  }
}
