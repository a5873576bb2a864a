import { type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** An application on the adapter that the test asks for with ADAPTER: `express`, or `fastify`. */
export function createApp(module: Type): Promise<INestApplication> {
  return process.env['ADAPTER'] === 'fastify'
    ? NestFactory.create(module, new FastifyAdapter())
    : NestFactory.create(module);
}
