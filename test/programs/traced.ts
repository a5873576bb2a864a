import 'reflect-metadata';
import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { tracing } from '@opentelemetry/sdk-node';
import { GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';

/** A service whose last hook writes a span, which goes to the collector at `COLLECTOR` with the next batch. */
const exporter = new OTLPTraceExporter({ url: `${process.env['COLLECTOR']}/v1/traces` });
const traces = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.BatchSpanProcessor(exporter)] });

@Injectable()
class LastSpan {
  constructor(@Inject('TRACES') private readonly provider: tracing.BasicTracerProvider) {}

  @OnGracefulShutdown({ phase: 'stopped' })
  write(): void {
    this.provider.getTracer('traced').startSpan('the last span').end();
  }
}

@Module({
  imports: [GracefulShutdownModule.forRoot()],
  providers: [{ provide: 'TRACES', useFactory: () => traces }, LastSpan],
})
class TracedModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(TracedModule);
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  console.log('listening');
}

void main();
