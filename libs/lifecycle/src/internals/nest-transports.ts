/** `Transport` in @nestjs/microservices 11 and 12. */
const KINDS: ReadonlyMap<unknown, TransportKind> = new Map([
  [0, 'tcp'],
  [1, 'redis'],
  [2, 'nats'],
  [3, 'mqtt'],
  [4, 'grpc'],
  [5, 'rmq'],
  [6, 'kafka'],
]);

/** The transports of Nest that are handled in different ways. */
export type TransportKind = 'tcp' | 'redis' | 'nats' | 'mqtt' | 'grpc' | 'rmq' | 'kafka';

/** The kind of a transport, by the `transportId` of its server; `undefined` for any other transport. */
export function transportKind(transportId: unknown): TransportKind | undefined {
  return KINDS.get(transportId);
}

/**
 * Keeps a TCP server with `retryAttempts` from listening again after its listener was closed here. The field is private
 * (read in Nest 11.2.6 and 12.1.1). Where it does not exist any more, that option may open the listener again.
 */
export function keepFromListeningAgain(server: object): void {
  if (typeof Reflect.get(server, 'isManuallyTerminated') === 'boolean') {
    Reflect.set(server, 'isManuallyTerminated', true);
  }
}

/** The server of Nest's gRPC transport. The field is private; read in Nest 11.2.6 and 12.1.1. */
export function grpcServerOf(server: object): unknown {
  return Reflect.get(server, 'grpcClient');
}
