import { Module } from '@nestjs/common';

/** The root module of a service without graceful shutdown. */
@Module({})
export class AppModule {}
