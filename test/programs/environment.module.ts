import { Module } from '@nestjs/common';
import { type Duration, GracefulShutdownModule } from 'nestjs-lifecycle';

/** A root module whose code asks the environment how long it has. */
@Module({
  imports: [
    GracefulShutdownModule.forRootAsync({
      useFactory: () =>
        process.env['NODE_ENV'] === 'production'
          ? // The text of a variable, which the options check.
            { gracePeriod: process.env['ORDERS_GRACE'] as Duration, drainTimeout: '60s' }
          : {},
    }),
  ],
})
export class AppModule {}
