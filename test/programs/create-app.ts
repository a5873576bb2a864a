import { type INestApplication, type Type } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';

/** An application on the adapter that the test asks for with ADAPTER: `express`, or `fastify`. */
export async function createApp(module: Type): Promise<INestApplication> {
  return NestFactory.create(module, await adapterCalled(process.env['ADAPTER']));
}

/** Loads only the package that is asked for, since programs are started by the hundred. */
export async function adapterCalled(name: string | undefined): Promise<AbstractHttpAdapter> {
  if (name === 'fastify') return new (await import('@nestjs/platform-fastify')).FastifyAdapter();
  return new (await import('@nestjs/platform-express')).ExpressAdapter();
}
