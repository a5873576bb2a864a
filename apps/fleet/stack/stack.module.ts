import { type DynamicModule, Global, Module, type ModuleMetadata } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { pino } from 'pino';
import { Log, PINO } from './log.js';
import { logOptions } from './request-log.js';
import { Settings, VARIABLE_NAMES } from './settings.js';

@Global()
@Module({
  providers: [
    {
      provide: Settings,
      inject: [ConfigService],
      useFactory: (config: ConfigService) => Settings.read((name) => config.get<string>(name)),
    },
  ],
  exports: [Settings],
})
class SettingsModule {}

/** Reads `.env` while modules are imported: which of them a service has depends on the variables. */
const VARIABLES = ConfigModule.forRoot({ isGlobal: true });

/** What every service of the fleet has around its own code: settings, request log, probes, monitor, readiness for production. */
@Module({})
export class StackModule {
  /** @param secrets names of the variables without which the service refuses to start in production */
  static forService(service: string, secrets: readonly string[]): DynamicModule {
    const imports: ModuleMetadata['imports'] = [
      VARIABLES,
      SettingsModule,
      GracefulShutdownModule.forRootAsync({
        inject: [Settings],
        useFactory: (settings: Settings) => lifecycleOptions(settings, secrets),
      }),
    ];
    const logger = {
      provide: PINO,
      inject: [Settings],
      useFactory: ({ variables }: Settings) => pino(logOptions(service, variables.LOG_LEVEL)),
    };
    return { module: StackModule, imports, providers: [logger, Log], exports: [PINO] };
  }
}

function lifecycleOptions({ health, shutdown }: Settings, secrets: readonly string[]): GracefulShutdownOptions {
  return {
    ...shutdown,
    health: true,
    metrics: true,
    productionReadiness: { secrets },
    healthMonitor: health.isEnabled && { variables: VARIABLE_NAMES },
    healthCheckInterval: health.interval,
    healthHistorySize: health.historySize,
    healthAnomalyThreshold: health.anomalyThreshold,
  };
}
