import { type ClientProxy, ClientProxyFactory, Transport } from '@nestjs/microservices';
import { killAfterTest } from './started-programs.js';

/** A client of a TCP microservice, closed after the test. */
export function messageClient(port: number): ClientProxy {
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
  killAfterTest({ kill: async () => void (await client.close()) });
  return client;
}
