import { type INestApplicationContext, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdownModule } from '../graceful-shutdown.module.js';
import { type GracefulShutdownOptions } from '../options/graceful-shutdown-options.js';
import { startService, type TestService } from './start-service.js';

/** What `Test.createTestingModule()` returns. */
interface TestingBuilder {
  compile(): Promise<INestApplicationContext>;
}

/**
 * Starts a module inside a test, without a server: a processor, a consumer, a task. Signals and the clock are those of the
 * test, as with {@link startService}.
 *
 * ```ts
 * await using service = await startModule({ providers: [InvoiceProcessor] });
 * const running = service.app.get(InvoiceProcessor).process(job);
 * const { report } = await service.stop('SIGTERM');
 * ```
 *
 * @param module what the module has, and `GracefulShutdownModule` is added; or `Test.createTestingModule({ … })`, with
 *   `GracefulShutdownModule.forRoot()` among its imports
 * @param options of `GracefulShutdownModule`, where it is added
 * @throws LifecycleError while another service runs in the test; and what the module throws while it starts
 */
export function startModule(
  module: ModuleMetadata | TestingBuilder,
  options?: GracefulShutdownOptions,
): Promise<TestService> {
  return startService(async () => {
    const app = 'compile' in module ? await module.compile() : await createContext(module, options);
    app.enableShutdownHooks();
    return app.init();
  });
}

function createContext(metadata: ModuleMetadata, options?: GracefulShutdownOptions): Promise<INestApplicationContext> {
  class TestedModule {}
  const imports = [GracefulShutdownModule.forRoot(options), ...(metadata.imports ?? [])];
  const module = { ...metadata, module: TestedModule, imports };
  return NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
}
