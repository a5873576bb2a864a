import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import { CREATE, start } from '../stack/start.js';
import { DiagramsModule } from './diagrams.module.js';

await start(
  () => NestFactory.create<NestExpressApplication>(DiagramsModule.register(process.env), CREATE),
  (app) => {
    app.useWebSocketAdapter(new WsAdapter(app));
  },
);
