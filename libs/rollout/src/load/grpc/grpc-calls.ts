import { type Address } from '../address.js';
import { type GrpcSource, type LoadPlan, type RequestKind } from '../load-plan.js';
import { toQuestion } from '../question.js';
import { GrpcError } from './grpc-error.js';
import { messageOf } from './grpc-exchange.js';
import { type GrpcMethod, type GrpcSchema } from './grpc-schema.js';
import { loadProtobuf } from './protobuf.js';
import { schemaOfFiles } from './proto-files.js';
import { schemaOfServer } from './reflection.js';

/** The methods that kinds of requests call. */
export type GrpcCalls = ReadonlyMap<RequestKind, GrpcMethod>;

/**
 * The methods of those kinds that are calls of gRPC, as proto files define them.
 *
 * @throws GrpcError when one is not there, or a message does not fit
 */
export async function callsOfFiles({ protos, folder }: GrpcSource, kinds: readonly RequestKind[]): Promise<GrpcCalls> {
  return callsOf(await schemaOfFiles(protos, folder), kinds);
}

/**
 * Whether calls can be made as proto files define them, before anything is started. What a running service defines shows later.
 *
 * @throws GrpcError when one cannot
 */
export async function checkCalls({ grpc, kinds }: Pick<LoadPlan, 'grpc' | 'kinds'>): Promise<void> {
  if (grpc === undefined) return;
  if (grpc.protos.length > 0) await callsOfFiles(grpc, kinds);
  else loadProtobuf(grpc.folder);
}

/**
 * The same, as the running service defines them.
 *
 * @throws GrpcError when it has no server reflection, one is not there, or a message does not fit
 */
export async function callsOfServer(
  { folder }: GrpcSource,
  kinds: readonly RequestKind[],
  { address, signal }: { readonly address: Address; readonly signal: AbortSignal },
): Promise<GrpcCalls> {
  const services = kinds.flatMap(({ transport, path }) => (transport === 'grpc' ? [path.split('/')[1] ?? ''] : []));
  return callsOf(await schemaOfServer([...new Set(services)], { address, folder, signal }), kinds);
}

function callsOf(schema: GrpcSchema, kinds: readonly RequestKind[]): GrpcCalls {
  const calls = kinds.filter(({ transport }) => transport === 'grpc');
  return new Map(calls.map((kind) => [kind, checked(schema, kind)]));
}

/** With a message that can be encoded, whatever its number. */
function checked(schema: GrpcSchema, kind: RequestKind): GrpcMethod {
  try {
    const method = schema.method(kind.path);
    method.framesOf(messageOf(toQuestion(kind, 1)));
    return method;
  } catch (error) {
    if (error instanceof GrpcError) throw new GrpcError(`${kind.name}: ${error.message}`);
    if (error instanceof SyntaxError) throw new GrpcError(`${kind.name}: the message is no JSON (${error.message})`);
    throw error;
  }
}
