import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CREATE, start } from '../stack/start.js';
import { AuthModule } from './auth.module.js';

await start(() => NestFactory.create<NestExpressApplication>(AuthModule, CREATE));
