import { TerminusModule } from '@nestjs/terminus';
import { enableShutdownHooks } from './nest.js';
import { type Setup } from './setup.js';

/** Nest's health checks, with their delay. */
export function nestTerminus(delayMs: number): Setup {
  return {
    ...enableShutdownHooks,
    imports: async () => [TerminusModule.forRoot({ gracefulShutdownTimeoutMs: delayMs })],
  };
}
