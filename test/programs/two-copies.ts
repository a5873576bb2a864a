/**
 * An application with a plugin that has another copy of the library, as when the one is CommonJS and the other an ES
 * module. `COPY` is the file of that copy, `PLUGIN` how it takes part: `imported` as a module, loaded `late` and lazily,
 * with `hooks` alone, or as a `module` that imports the other GracefulShutdownModule as well.
 */
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { type AddressInfo } from 'node:net';
import { type Server } from 'node:http';
import { Controller, Get, Inject, Injectable, Module, type Type, UseInterceptors } from '@nestjs/common';
import { LazyModuleLoader, NestFactory } from '@nestjs/core';
import * as own from 'nestjs-lifecycle';

const { COPY: file = '', PLUGIN: way } = process.env;

function pluginOf(copy: typeof own): Type<unknown> {
  @Injectable()
  class Hooked {
    @copy.OnGracefulShutdown({ name: 'plugin' })
    leave(): void {
      console.log('step: plugin.leave');
    }
  }

  @Injectable()
  class Curious {
    constructor(
      @Inject(copy.GracefulShutdown) private readonly shutdown: own.GracefulShutdown,
      @Inject(copy.ReadinessHealthIndicator) private readonly readiness: own.ReadinessHealthIndicator,
      @Inject(copy.LivenessHealthIndicator) private readonly liveness: own.LivenessHealthIndicator,
      @Inject(copy.StartupHealthIndicator) private readonly startup: own.StartupHealthIndicator,
    ) {}

    async look(app: own.GracefulShutdown): Promise<object> {
      return {
        isTheSame: this.shutdown === app,
        phase: this.shutdown.phase,
        readiness: await this.readiness.isAcceptingTraffic(),
        liveness: this.liveness.isAlive(),
        startup: this.startup.isStarted(),
      };
    }
  }

  @Controller()
  class Routes {
    constructor(
      @Inject(Curious) private readonly curious: Curious,
      @Inject(own.GracefulShutdown) private readonly app: own.GracefulShutdown,
    ) {}

    @Get('plugin')
    @UseInterceptors(copy.InFlightInterceptor)
    look(): Promise<object> {
      return this.curious.look(this.app);
    }
  }

  @Module(
    way === 'hooks'
      ? { providers: [Hooked] }
      : {
          imports: way === 'module' ? [copy.GracefulShutdownModule.forRoot({ gracePeriod: '20s' })] : [],
          providers: [Hooked, Curious],
          exports: [Curious],
          controllers: way === 'late' ? [] : [Routes],
        },
  )
  class Plugin {
    static readonly Curious = Curious;
  }
  return Plugin;
}

/** In the format of the file, whatever that of this program is. */
function load(): typeof own {
  // A build of the same sources.
  return createRequire(file)(file) as typeof own;
}

function errorsOf(copy: typeof own): Record<string, boolean> {
  return {
    base: new copy.InvalidOptionsError([]) instanceof own.LifecycleError,
    options: new own.InvalidOptionsError([]) instanceof copy.InvalidOptionsError,
    hook: new copy.InvalidHookError([]) instanceof own.InvalidHookError,
  };
}

async function main(): Promise<void> {
  const early = way === 'late' ? undefined : load();

  @Module({ imports: [own.GracefulShutdownModule.forRoot(), ...(early === undefined ? [] : [pluginOf(early)])] })
  class App {}

  const app = await NestFactory.create(App, { abortOnError: false });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  const copy = early ?? load();
  console.log(`errors: ${JSON.stringify(errorsOf(copy))}`);
  if (early === undefined) {
    const plugin = pluginOf(copy);
    const loaded = await app.get(LazyModuleLoader).load(() => plugin);
    // Made above.
    const { Curious } = plugin as unknown as { Curious: Type<{ look(app: own.GracefulShutdown): Promise<object> }> };
    console.log(`seen: ${JSON.stringify(await loaded.get(Curious).look(app.get(own.GracefulShutdown)))}`);
  }
  // Nest types neither.
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  console.log(`listening on ${port}`);
}

main().catch((error: unknown) => {
  const { code, message } = error as own.LifecycleError;
  console.log(`failed: ${JSON.stringify({ code, message })}`);
  process.exitCode = 1;
});
