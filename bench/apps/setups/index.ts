import { enableShutdownHooks, processExit, return503OnClosing } from './nest.js';
import { closeWithGrace } from './close-with-grace.js';
import { fastifyGracefulShutdown } from './fastify-graceful-shutdown.js';
import { godaddyTerminus } from './godaddy-terminus.js';
import { httpGracefulShutdown } from './http-graceful-shutdown.js';
import { httpTerminator } from './http-terminator.js';
import { lifecycle } from './lifecycle.js';
import { lightship } from './lightship.js';
import { nestTerminus } from './nest-terminus.js';
import { nestjsGracefulShutdown } from './nestjs-graceful-shutdown.js';
import { type Setup } from './setup.js';
import { BARE_EXIT, DELAY_MS } from '../../variants.js';

/** The setup of each variant that has one, by its name. */
export const setups: Readonly<Record<string, Setup>> = {
  'nestjs-lifecycle': lifecycle,
  'nestjs-lifecycle (Fastify)': lifecycle,
  enableShutdownHooks,
  'enableShutdownHooks (Fastify)': enableShutdownHooks,
  return503OnClosing,
  [BARE_EXIT.name]: processExit,
  '@nestjs/terminus': nestTerminus(DELAY_MS),
  'nestjs-graceful-shutdown': nestjsGracefulShutdown,
  'http-terminator': httpTerminator,
  'http-graceful-shutdown': httpGracefulShutdown(0),
  'http-graceful-shutdown + delay': httpGracefulShutdown(DELAY_MS),
  '@godaddy/terminus': godaddyTerminus(0),
  '@godaddy/terminus + delay': godaddyTerminus(DELAY_MS),
  lightship: lightship(DELAY_MS),
  'fastify-graceful-shutdown': fastifyGracefulShutdown,
  'close-with-grace': closeWithGrace,
};
