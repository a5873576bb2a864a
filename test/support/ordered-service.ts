import { Controller, Get, Global, Inject, Injectable, Module, type Type } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';
import { turns } from './event-loop.js';
import { Gate } from './gate.js';

/** Where the module is imported: as the first or the last of the root's imports, or in a module far from the root. */
export const PLACES = ['first', 'last', 'deep'] as const;
export type Place = (typeof PLACES)[number];

/** An application with providers everywhere that write down what Nest calls, and work that waits at a gate. */
export interface OrderedService {
  readonly Root: Type<unknown>;
  /** What was called, in order: `app-provider.destroy`. */
  readonly journal: string[];
  /** Requests, messages and tasks wait here. */
  readonly work: Gate;
  /** The shutdown hook waits here. */
  readonly hook: Gate;
}

/** The names of everything that has Nest's shutdown hooks. */
export const WITNESSES = [
  'app-provider',
  'sync-provider',
  'controller',
  'global-provider',
  'deep-provider',
  'deep-module',
];

export function orderedService(place: Place): OrderedService {
  const journal: string[] = [];
  const work = new Gate();
  const hook = new Gate();
  const shutdownModule = GracefulShutdownModule.forRoot();
  const at = (...places: Place[]): (typeof shutdownModule)[] => (places.includes(place) ? [shutdownModule] : []);

  @Injectable()
  class AppProvider extends witness('app-provider', journal, true) {
    @OnGracefulShutdown()
    async stop(): Promise<void> {
      journal.push('hook.begin');
      await hook.pass();
      journal.push('hook.end');
    }
  }

  @Controller()
  class WorkController extends witness('controller', journal, true) {
    @Get('work')
    @MessagePattern('work')
    async work(): Promise<string> {
      await work.pass();
      return 'done';
    }
  }

  const globalProvider = witness('global-provider', journal, false);
  @Global()
  @Module({ providers: [globalProvider], exports: [globalProvider] })
  class GlobalModule {}

  @Module({ imports: at('deep'), providers: [witness('deep-provider', journal, true)] })
  class DeepModule extends witness('deep-module', journal, false) {}

  @Module({ imports: [DeepModule] })
  class MiddleModule {}

  @Module({
    imports: [...at('first'), GlobalModule, MiddleModule, ...at('last')],
    controllers: [WorkController],
    providers: [AppProvider, witness('sync-provider', journal, false)],
  })
  class Root {}

  return { Root, journal, work, hook };
}

/** A class with Nest's shutdown hooks that writes down when each is called, and whether the report was already there. */
function witness(name: string, journal: string[], isAsync: boolean): Type<object> {
  class Witness {
    constructor(@Inject(GracefulShutdown) private readonly shutdown: GracefulShutdown) {}

    onModuleDestroy(): unknown {
      return this.note('destroy');
    }

    beforeApplicationShutdown(): unknown {
      return this.note('before');
    }

    async onApplicationShutdown(): Promise<void> {
      await this.note('shutdown');
      if (this.shutdown.report !== undefined) journal.push(`${name} saw the report`);
    }

    private note(step: string): unknown {
      journal.push(`${name}.${step}`);
      return isAsync ? turns(3) : undefined;
    }
  }
  return Witness;
}
