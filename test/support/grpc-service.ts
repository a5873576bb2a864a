import { type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { startService, type TestService } from 'nestjs-lifecycle/testing';
import { GrpcClient } from './grpc-client.js';
import { type GRPC_KINDS, startGrpcWorld } from './grpc-world.js';

/** A gRPC service whose calls are answered at once, as a service under test, and a client of it. */
export async function startGrpcService(
  kind: (typeof GRPC_KINDS)[number],
  options: GracefulShutdownOptions,
): Promise<{ readonly service: TestService; readonly client: GrpcClient }> {
  let port = 0;
  const service = await startService(async () => {
    const world = await startGrpcWorld(kind, { options });
    world.app.enableShutdownHooks();
    world.gate.open();
    port = world.port;
    return world.app;
  });
  return { service, client: new GrpcClient(port) };
}
