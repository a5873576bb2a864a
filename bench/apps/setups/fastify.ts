import type { INestApplication } from '@nestjs/common';

/** The part of Fastify that the setups use. */
export interface Fastify {
  register(plugin: unknown): void;
  after(listener: () => void): void;
  close(): Promise<void>;
}

/** The Fastify below a Nest application. */
export function fastifyOf(app: INestApplication): Fastify {
  return app.getHttpAdapter().getInstance() as Fastify;
}
