import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import helmet from 'helmet';
import { Settings } from '../stack/settings.js';
import { CREATE, start } from '../stack/start.js';
import { GatewayModule } from './gateway.module.js';

await start(
  () => {
    // No body is read here: it goes on as it comes.
    const options = { ...CREATE, bodyParser: false };
    return NestFactory.create<NestFastifyApplication>(GatewayModule, new FastifyAdapter(), options);
  },
  (app) => {
    const { cors } = app.get(Settings);
    app.use(helmet());
    app.enableCors({ origin: [...cors.origins], credentials: cors.origins.length > 0 });
    const fastify = app.getHttpAdapter().getInstance();
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', (_request, body, done) => done(null, body));
  },
);
