import { type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { GracefulShutdown, LifecycleError } from 'nestjs-lifecycle';
import { chooseAdapter } from './adapter.js';
import { AppModule } from './app.module.js';
import { whatToTry } from './help/what-to-try.js';
import { DemoSettings } from './settings/demo-settings.js';
import { showPhases } from './show-phases.js';
import { StartError } from './start-error.js';

async function start(): Promise<void> {
  // `abortOnError: false` lets the error come here, where it is shown without a stack.
  const { http, host } = await chooseAdapter(process.env['DEMO_ADAPTER']);
  const app = await NestFactory.create(AppModule, http, { abortOnError: false });
  app.useWebSocketAdapter(new WsAdapter(app));
  app.use(sayWhoServes);
  app.enableShutdownHooks();
  showPhases(app.get(GracefulShutdown));
  const { port } = app.get(DemoSettings);
  try {
    await (host === undefined ? app.listen(port) : app.listen(port, host));
  } catch (cause) {
    await app.close();
    throw isPortTaken(cause) ? portTaken(port) : cause;
  }
  // `URL` leaves out the port when it is 80.
  const taken = new URL(await app.getUrl()).port || '80';
  console.log(whatToTry(`http://localhost:${taken}`));
  console.log(`listening on ${taken}`);
}

/** In a cluster the name of the pod, so that its clients know who had a connection that is lost. */
function sayWhoServes(_request: IncomingMessage, response: ServerResponse, next: () => void): void {
  response.setHeader('x-served-by', hostname());
  next();
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
