import { GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { type Setup } from './setup.js';

/** Ours: the module and Nest's own call. `OPTIONS` has what differs from the defaults. */
export const lifecycle: Setup = {
  imports: async () => [
    GracefulShutdownModule.forRoot(JSON.parse(process.env['OPTIONS'] ?? '{}') as GracefulShutdownOptions),
  ],
  beforeListen: (app) => void app.enableShutdownHooks(),
};
