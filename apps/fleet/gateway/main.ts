import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import helmet from 'helmet';
import { Settings } from '../stack/settings.js';
import { CREATE, start } from '../stack/start.js';
import { GatewayModule } from './gateway.module.js';

await start(
  () => {
    // The adapter is made before there are providers.
    const proxies = Settings.read((name) => process.env[name]).variables.TRUSTED_PROXIES;
    const adapter = new FastifyAdapter({ trustProxy: (_address: string, hop: number) => hop < proxies });
    // No body is read here: it goes on as it comes.
    return NestFactory.create<NestFastifyApplication>(GatewayModule, adapter, { ...CREATE, bodyParser: false });
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
