import { NestFactory } from '@nestjs/core';
import { GracefulShutdown, LifecycleError } from 'nestjs-lifecycle';
import { AppModule } from './app.module.js';
import { whatToTry } from './help/what-to-try.js';
import { DemoSettings } from './settings/demo-settings.js';
import { showPhases } from './show-phases.js';
import { StartError } from './start-error.js';

async function start(): Promise<void> {
  // `abortOnError: false` lets the error come here, where it is shown without a stack.
  const app = await NestFactory.create(AppModule, { abortOnError: false });
  app.enableShutdownHooks();
  showPhases(app.get(GracefulShutdown));
  const { port } = app.get(DemoSettings);
  try {
    await app.listen(port);
  } catch (cause) {
    await app.close();
    throw isPortTaken(cause) ? portTaken(port) : cause;
  }
  // `URL` leaves out the port when it is 80.
  const taken = new URL(await app.getUrl()).port || '80';
  console.log(whatToTry(`http://localhost:${taken}`));
  console.log(`listening on ${taken}`);
}

function isPortTaken(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
}

function portTaken(port: number): StartError {
  return new StartError(`Port ${port} is in use by another program. Take any free one: PORT=0 npm start`);
}

try {
  await start();
} catch (error) {
  const isExplained = error instanceof StartError || error instanceof LifecycleError;
  console.error(isExplained ? error.message : error);
  process.exitCode = 1;
}
