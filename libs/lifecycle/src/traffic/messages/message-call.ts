/** One call of gRPC as its handler gets it: `ServerUnaryCall` and the streams of @grpc/grpc-js, read in 1.14.7. */
export interface GrpcCall {
  readonly metadata: unknown;
  readonly cancelled: boolean;
  getPeer(): string;
  once(event: string, listener: () => void): unknown;
  /** Of a response that streams. */
  end?(): unknown;
}

/** Where a message handler's arguments have the context of the message: (data, context). */
const CONTEXT = 1;
/** Where those of a gRPC handler have the call: (data, metadata, call), or (call, callback) with `@GrpcStreamCall()`. */
const CALL = 2;
const STREAM_CALL = 0;

/** The call of gRPC that a handler was called for, by its arguments. */
export function grpcCallOf(args: readonly unknown[]): GrpcCall | undefined {
  return [args[CALL], args[STREAM_CALL]].find(isGrpcCall);
}

/** What a message goes by, for those who ask to be told: the call of gRPC, or Nest's context of the message. */
export function messageKeyOf(args: readonly unknown[]): object | undefined {
  const context = grpcCallOf(args) ?? args[CONTEXT];
  return typeof context === 'object' && context !== null ? context : undefined;
}

/** Whether a handler got the call itself and answers by hand (`@GrpcStreamCall()`): it goes on when the handler has returned. */
export function isByHand(args: readonly unknown[]): boolean {
  return isGrpcCall(args[STREAM_CALL]);
}

/** Whether a call answers with a stream. */
export function isResponseStream(call: GrpcCall): boolean {
  return typeof call.end === 'function';
}

function isGrpcCall(value: unknown): value is GrpcCall {
  return (
    typeof value === 'object' &&
    value !== null &&
    'getPeer' in value &&
    typeof value.getPeer === 'function' &&
    'once' in value &&
    typeof value.once === 'function' &&
    'metadata' in value
  );
}
