import { type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { StartError } from './start-error.js';

/** What Nest runs on, and where it listens. */
export interface ChosenAdapter {
  readonly http: AbstractHttpAdapter;
  /** `undefined`: every address, which is what Node does by itself. */
  readonly host: string | undefined;
}

/**
 * `DEMO_ADAPTER`: `express`, which is the default, or `fastify`.
 *
 * @throws {StartError} for any other name
 */
export async function chooseAdapter(name: string | undefined): Promise<ChosenAdapter> {
  if (name === undefined || name === '' || name === 'express') return { http: new ExpressAdapter(), host: undefined };
  if (name === 'fastify') {
    // Who runs on Express does not load it.
    const { FastifyAdapter } = await import('@nestjs/platform-fastify');
    // By itself it listens for its own machine alone, and nothing would reach it in a container.
    return { http: new FastifyAdapter(), host: '0.0.0.0' };
  }
  throw new StartError(
    `DEMO_ADAPTER is "${name}", but it must be express or fastify. Type for example: DEMO_ADAPTER=fastify npm start`,
  );
}
