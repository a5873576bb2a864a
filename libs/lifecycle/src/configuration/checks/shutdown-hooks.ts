import { type ConfigurationCheck, NotJudged } from '../configuration-check.js';

/** Nest that does not hear signals: its own hooks do not run. */
export const shutdownHooks: ConfigurationCheck = {
  name: 'shutdownHooks',
  run: ({ closesAtSignals }) => {
    if (closesAtSignals === undefined) return new NotJudged('whether hooks are enabled is known after the start alone');
    if (closesAtSignals) return [];
    const message = 'app.enableShutdownHooks() was not called before the start, so no onModuleDestroy runs at a signal';
    return [{ message, remedy: 'Type app.enableShutdownHooks() between NestFactory.create() and app.listen().' }];
  },
};
