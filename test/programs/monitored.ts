import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inject, Injectable, Module } from '@nestjs/common';
import { HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { GracefulShutdown, GracefulShutdownModule, HealthComponent, type HealthComponentCheck } from 'nestjs-lifecycle';
import { createApp } from './create-app.js';

/**
 * A service with a health monitor. The messages `down` and `up` of the test change what its indicator of Terminus says, which is one of its
 * components.
 */
let isInStock = true;
process.on('message', (message) => {
  isInStock = message === 'up';
});

/** As a team has it for Terminus. */
@Injectable()
class StockIndicator {
  constructor(@Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService) {}

  isHealthy() {
    const indicator = this.indicators.check('stock');
    return isInStock ? indicator.up() : indicator.down('the warehouse is away');
  }
}

@Injectable()
@HealthComponent({ name: 'database' })
class DatabaseHealth implements HealthComponentCheck {
  check(): boolean {
    return true;
  }
}

@Injectable()
class Components {
  constructor(@Inject(GracefulShutdown) shutdown: GracefulShutdown, @Inject(StockIndicator) stock: StockIndicator) {
    shutdown.monitor.add('stock', () => stock.isHealthy());
  }
}

@Module({
  imports: [
    TerminusModule,
    GracefulShutdownModule.forRoot({
      probePort: 0,
      metrics: true,
      readiness: { cacheFor: 0 },
      healthCheckInterval: '100ms',
      healthMonitor: { shed: { below: 0.5, above: 0.8, checks: 2 } },
    }),
  ],
  providers: [StockIndicator, DatabaseHealth, Components],
})
class MonitoredModule {}

async function bootstrap(): Promise<void> {
  const app = await createApp(MonitoredModule);
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  // An address of a TCP server is an object.
  console.log(`listening on ${((app.getHttpServer() as Server).address() as AddressInfo).port}`);
}

void bootstrap();
