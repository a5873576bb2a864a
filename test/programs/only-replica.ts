// The only pod of a service: HTTP, WebSockets, and gRPC at GRPC_PORT. ADAPTER=express | fastify, PORT, PROTO=the file of the gRPC service.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { GrpcMethod, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { createApp } from './create-app.js';

const { env } = process;

@Controller()
class PricesController {
  @Get()
  hello(): string {
    return 'hello';
  }

  @GrpcMethod('Prices', 'Find')
  find({ name }: { readonly name: string }): { name: string; cents: number } {
    return { name, cents: 100 };
  }
}

@WebSocketGateway()
class EchoGateway {
  @SubscribeMessage('echo')
  echo(): object {
    return { event: 'echo', data: 'yours' };
  }
}

/** Everything else is in the environment, as in a manifest. */
@Module({
  imports: [GracefulShutdownModule.forRoot({ health: true })],
  controllers: [PricesController],
  providers: [EchoGateway],
})
class OnlyReplicaModule {}

async function main(): Promise<void> {
  const app = await createApp(OnlyReplicaModule);
  app.useWebSocketAdapter(new WsAdapter(app));
  app.connectMicroservice<MicroserviceOptions>({
    transport: Transport.GRPC,
    options: { package: 'shop', protoPath: env['PROTO'] ?? '', url: `127.0.0.1:${env['GRPC_PORT']}` },
  });
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  shutdown.phase$.subscribe((phase) => console.log(`phase: ${phase}`));
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  await app.startAllMicroservices();
  await app.listen(Number(env['PORT']), '127.0.0.1');
  console.log(`listening on ${env['PORT']}`);
}

void main();
