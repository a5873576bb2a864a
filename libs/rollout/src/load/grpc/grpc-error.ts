/** Calls of gRPC cannot be made as they are written. The message says what to type. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
}
