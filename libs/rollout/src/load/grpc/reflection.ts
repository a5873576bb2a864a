import { isRecord } from 'nestjs-lifecycle/options';
import { oneLineOf } from 'nestjs-lifecycle-shared';
import { type Address } from '../address.js';
import { Http2Connection } from '../http2/http2-connection.js';
import { GrpcError } from './grpc-error.js';
import { frameOf } from './grpc-frames.js';
import { GrpcSchema } from './grpc-schema.js';
import { loadProtobuf, type ProtoType } from './protobuf.js';
import { simpleCall } from './simple-call.js';
import { grpcStatusName } from './grpc-status.js';

/** The same service under two names: servers have the older one, the newer one, or both. */
const VERSIONS = ['v1', 'v1alpha'];

const UNIMPLEMENTED = 12;

/** What is used of grpc/reflection/v1/reflection.proto. */
const PROTOCOL = {
  nested: {
    Request: {
      fields: { file_by_filename: { type: 'string', id: 3 }, file_containing_symbol: { type: 'string', id: 4 } },
    },
    Response: {
      fields: { file_descriptor_response: { type: 'Files', id: 4 }, error_response: { type: 'Failure', id: 7 } },
    },
    Files: { fields: { file_descriptor_proto: { rule: 'repeated', type: 'bytes', id: 1 } } },
    Failure: { fields: { error_code: { type: 'int32', id: 1 }, error_message: { type: 'string', id: 2 } } },
  },
};

/** Where the server is asked, and for how long. */
export interface ReflectionWorld {
  readonly address: Address;
  /** The project that has the packages. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** A file as a server describes it. */
interface DescribedFile {
  readonly name: string;
  readonly dependency: readonly string[];
}

/**
 * What a running server says of its own services (server reflection, v1 or v1alpha).
 *
 * @param services their full names, as `orders.v1.Orders`
 * @throws GrpcError when the server has no reflection, does not know one of them, or answers what cannot be read
 */
export async function schemaOfServer(services: readonly string[], world: ReflectionWorld): Promise<GrpcSchema> {
  const protobuf = loadProtobuf(world.folder);
  const connection = new Http2Connection(world.address);
  try {
    const protocol = protobuf.Root.fromJSON(PROTOCOL);
    const types = { request: protocol.lookupType('Request'), response: protocol.lookupType('Response') };
    const server = new ReflectedServer(connection, types, world.signal);
    const files = new Map<string, DescribedFile>();
    const decode = (bytes: Uint8Array): DescribedFile =>
      // Its type is that of google/protobuf/descriptor.proto.
      readable(() => protobuf.FileDescriptorProto.decode(bytes) as unknown as DescribedFile);
    for (const service of services) {
      for (const bytes of await server.ask({ file_containing_symbol: service })) add(files, decode(bytes));
    }
    for (let missing = missingOf(files); missing !== undefined; missing = missingOf(files)) {
      const found = await server.ask({ file_by_filename: missing });
      for (const bytes of found) add(files, decode(bytes));
      if (!files.has(missing)) throw new GrpcError(`the server did not give ${missing}, which its files import`);
    }
    return readable(() => new GrpcSchema(protobuf.Root.fromDescriptor({ file: [...files.values()] })));
  } finally {
    connection.destroy();
  }
}

/** What the server has sent, as protobufjs reads it: that has errors of its own for what it cannot read. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const why = oneLineOf(cause instanceof Error ? cause.message : String(cause));
    throw new GrpcError(
      `the server reflection of the service answered what cannot be read (${why}): name its proto files, as in --grpc-proto proto/orders.proto`,
      { cause },
    );
  }
}

function add(files: Map<string, DescribedFile>, file: DescribedFile): void {
  files.set(file.name, file);
}

function missingOf(files: ReadonlyMap<string, DescribedFile>): string | undefined {
  return [...files.values()].flatMap(({ dependency }) => dependency).find((name) => !files.has(name));
}

/** A server that is asked one question after the other. */
class ReflectedServer {
  #version: string | undefined;

  constructor(
    private readonly connection: Http2Connection,
    private readonly types: { readonly request: ProtoType; readonly response: ProtoType },
    private readonly signal: AbortSignal,
  ) {}

  /** The files that the server gives for a question. */
  async ask(question: Readonly<Record<string, string>>): Promise<readonly Uint8Array[]> {
    const { request, response } = this.types;
    const frame = frameOf(request.encode(request.fromObject(question)).finish());
    const [message] = await this.#call(frame);
    const answer: unknown =
      message === undefined ? {} : readable(() => response.toObject(response.decode(message), {}));
    const files = isRecord(answer) ? answer['file_descriptor_response'] : undefined;
    const list = isRecord(files) ? files['file_descriptor_proto'] : undefined;
    if (Array.isArray(list)) return list.filter((one): one is Uint8Array => one instanceof Uint8Array);
    const failure = isRecord(answer) ? answer['error_response'] : undefined;
    const why = isRecord(failure) ? `: ${oneLineOf(String(failure['error_message']))}` : '';
    const [what] = Object.values(question);
    throw new GrpcError(
      `the server reflection of the service does not know ${what}${why}. Write the full name, as in orders.v1.Orders/Get, or name the proto files with --grpc-proto`,
    );
  }

  async #call(frame: Buffer): Promise<readonly Buffer[]> {
    for (const version of this.#version === undefined ? VERSIONS : [this.#version]) {
      const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
      const { status, message, messages } = await simpleCall(this.connection, {
        path,
        body: frame,
        signal: this.signal,
      });
      if (status === UNIMPLEMENTED) continue;
      if (status !== 0) {
        throw new GrpcError(
          `the server reflection of the service answered ${grpcStatusName(status)}: ${oneLineOf(message)}`,
        );
      }
      this.#version = version;
      return messages;
    }
    throw new GrpcError(
      'the service has no server reflection, so what its messages look like is not known: name its proto files, as in --grpc-proto proto/orders.proto',
    );
  }
}
