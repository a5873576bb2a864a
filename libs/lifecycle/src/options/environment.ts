import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { assertSupportedNest } from '../nest/supported-nest.js';
import { importOptional } from '../nest/optional-package.js';
import { type ReadVariable } from './platform.js';

/** What the environment has to say: variables, and the namespace an application may have registered. */
export interface Environment {
  readonly variable: ReadVariable;
  readonly namespace: unknown;
}

/** Injection token of {@link Environment}. */
export const ENVIRONMENT = Symbol.for('nestjs-lifecycle.environment');

/** What `registerAs('gracefulShutdown', …)` of `@nestjs/config` provides under. Read in 4.0.4 and 12.0.1. */
const NAMESPACE_TOKEN = 'CONFIGURATION(gracefulShutdown)';

/** Provides {@link ENVIRONMENT}: through `@nestjs/config` where it is installed, else from `process.env`. */
@Module({})
export class EnvironmentModule {
  /** `@nestjs/config` is an optional peer, hence the import at run time. Nest awaits promises among imports. */
  static async load(): Promise<DynamicModule> {
    assertSupportedNest();
    const config = await importOptional('@nestjs/config', () => import('@nestjs/config'));
    const provider = config === undefined ? fromProcess : fromConfigService(config);
    return {
      module: EnvironmentModule,
      imports: config === undefined ? [] : [config.ConfigModule],
      providers: [provider],
      exports: [ENVIRONMENT],
    };
  }
}

type ConfigPackage = typeof import('@nestjs/config');

const fromProcess: Provider = {
  provide: ENVIRONMENT,
  useValue: { variable: (name) => process.env[name], namespace: undefined } satisfies Environment,
};

function fromConfigService({ ConfigService }: ConfigPackage): Provider {
  return {
    provide: ENVIRONMENT,
    // The namespace is injected as well, so that one registered globally is loaded before it is read.
    inject: [ConfigService, { token: NAMESPACE_TOKEN, optional: true }],
    useFactory: (config: { get(key: string): unknown }, namespace: unknown): Environment => ({
      variable: (name) => toText(config.get(name)),
      namespace: namespace ?? config.get('gracefulShutdown'),
    }),
  };
}

/** A validation schema of the application may have turned a variable into a number or a boolean. */
function toText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
