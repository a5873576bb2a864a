import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { brokerKind, brokerOptions } from '../messages/broker.js';
import { Settings } from '../stack/settings.js';
import { CREATE, start } from '../stack/start.js';
import { WorkerModule } from './worker.module.js';

await start(
  () => NestFactory.create<NestExpressApplication>(WorkerModule.register(process.env), CREATE),
  async (app) => {
    const settings = app.get(Settings);
    if (brokerKind(settings.variables) === 'outbox') return;
    app.connectMicroservice(brokerOptions(settings, true));
    await app.startAllMicroservices();
  },
);
