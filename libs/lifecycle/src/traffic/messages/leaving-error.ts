import { grpcCallOf } from './message-call.js';

/** `UNAVAILABLE`: the client may try again, elsewhere (https://grpc.io/docs/guides/status-codes/). */
const UNAVAILABLE = 14;
const MESSAGE = 'The service is stopping. Send this again, to another instance.';

/** What a client is sent in place of an answer, in the form of Nest's own errors; gRPC makes a status of it. */
export function leavingError(args: readonly unknown[]): object {
  const code = grpcCallOf(args) === undefined ? 'SHUTTING_DOWN' : UNAVAILABLE;
  return { status: 'error', message: MESSAGE, details: MESSAGE, code };
}
