import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, type DynamicModule, Get, Injectable, Module, type OnModuleDestroy, Query } from '@nestjs/common';
import { hooksModule } from './hooks.module.js';

/** Stands for a connection pool, closed where Nest's documentation and most integrations close theirs. */
@Injectable()
export class Database implements OnModuleDestroy {
  #isOpen = true;

  query(): { readonly id: number; readonly name: string } {
    if (!this.#isOpen) throw new Error('the database is closed');
    return { id: 1, name: 'a row' };
  }

  onModuleDestroy(): void {
    this.#isOpen = false;
  }
}

@Controller()
class AppController {
  constructor(private readonly database: Database) {}

  @Get()
  fast(): unknown {
    return this.database.query();
  }

  @Get('slow')
  async slow(@Query('ms') ms: string): Promise<unknown> {
    await sleep(Number(ms));
    return this.database.query();
  }

  /** What the process has used so far; with `gc`, where Node runs with `--expose-gc`, what is left after a collection. */
  @Get('usage')
  usage(@Query('gc') gc?: string): unknown {
    if (gc !== undefined) for (let run = 0; run < 3; run += 1) globalThis.gc?.();
    return { cpu: process.cpuUsage(), memory: process.memoryUsage() };
  }
}

@Module({ controllers: [AppController], providers: [Database] })
class AppModule {}

/** The application, with what a variant adds to it. */
export async function appModule(imports: readonly DynamicModule[]): Promise<DynamicModule> {
  const extra = [await hooksModule(Number(process.env['HOOKS'] ?? 0)), await gatewayModule()];
  return { module: AppModule, imports: [...imports, ...extra.filter((module) => module !== undefined)] };
}

async function gatewayModule(): Promise<DynamicModule | undefined> {
  if (process.env['WEBSOCKETS'] === undefined) return undefined;
  const { GatewayModule } = await import('./gateway.module.js');
  return { module: GatewayModule };
}
