import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { assertSupportedNest } from './supported-nest.js';
import { importOptional } from './optional-package.js';
import { type ReadVariable } from '../platform/platform.js';

/** The variables of the environment, and the namespace that an application may have registered. */
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
    const isUsable = config !== undefined && isClass(config.ConfigModule) && isClass(config.ConfigService);
    return {
      module: EnvironmentModule,
      imports: isUsable ? [config.ConfigModule] : [],
      providers: [isUsable ? fromConfigService(config) : { provide: ENVIRONMENT, useValue: OF_PROCESS }],
      exports: [ENVIRONMENT],
    };
  }
}

/** Whether it is a class, and not what `jest.mock('@nestjs/config', …)` puts in its place. */
function isClass(value: unknown): boolean {
  return typeof value === 'function';
}

type ConfigPackage = typeof import('@nestjs/config');

const OF_PROCESS: Environment = { variable: (name) => process.env[name], namespace: undefined };

/**
 * In a test, `useMocker()` provides everything that is optional, and `overrideProvider()` whatever it names. So a value
 * only counts if a real service returns it, and a namespace only if a module of the application has registered it.
 */
function fromConfigService({ ConfigService }: ConfigPackage): Provider {
  return {
    provide: ENVIRONMENT,
    // The namespace is injected as well, so that one registered globally is loaded before it is read.
    inject: [ModulesContainer, { token: ConfigService, optional: true }, { token: NAMESPACE_TOKEN, optional: true }],
    useFactory: (modules: ModulesContainer, config: unknown, namespace: unknown): Environment => {
      if (!(config instanceof ConfigService)) return OF_PROCESS;
      const registered = isRegistered(modules, NAMESPACE_TOKEN) ? namespace : undefined;
      return {
        variable: (name) => toText(config.get<unknown>(name)),
        namespace: registered ?? config.get<unknown>('gracefulShutdown'),
      };
    },
  };
}

/**
 * Whether a module of the application provides a token. Nest puts mocks into the module that also has its own services,
 * such as `ModulesContainer`. Read in @nestjs/testing 11.0.0 to 12.1.1 (`TestingInjector.mockWrapper`).
 */
function isRegistered(modules: ModulesContainer, token: string): boolean {
  return [...modules.values()].some(({ providers }) => providers.has(token) && !providers.has(ModulesContainer));
}

/** A validation schema of the application may have turned a variable into a number or a boolean. */
function toText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
