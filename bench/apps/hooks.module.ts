import {
  type DynamicModule,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type Provider,
  type Type,
} from '@nestjs/common';

@Module({})
class HooksModule {}

/** `count` providers with something to do on the way out: a hook of ours, or one of Nest's where ours are not used. */
export async function hooksModule(count: number): Promise<DynamicModule | undefined> {
  if (count === 0) return undefined;
  const create = process.env['VARIANT']?.startsWith('nestjs-lifecycle') ? await ourHooks() : nestHook;
  const providers: Provider[] = Array.from({ length: count }, (_, index) => ({
    provide: `hook ${index}`,
    useClass: create(index),
  }));
  return { module: HooksModule, providers };
}

function nestHook(): Type {
  @Injectable()
  class Resource implements OnApplicationShutdown {
    async onApplicationShutdown(): Promise<void> {
      await turn();
    }
  }
  return Resource;
}

async function ourHooks(): Promise<(index: number) => Type> {
  const { OnGracefulShutdown } = await import('nestjs-lifecycle');
  return (index) => {
    @Injectable()
    class Resource {
      @OnGracefulShutdown(index % PRIORITIES)
      async close(): Promise<void> {
        await turn();
      }
    }
    return Resource;
  };
}

const PRIORITIES = 10;

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
