import {
  loadPackageDefinition,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServerReadableStream,
  type ServiceClientConstructor,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { fromJSON, loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { resolve } from 'node:path';
import { type Item, type Price } from './grpc-client.js';
import { root } from './repository.js';
import { killAfterTest } from './started-programs.js';

export const pricesProto = resolve(root, 'test/support/prices.proto');

/** A server of `shop.Prices` by @grpc/grpc-js alone, whose answers the test gives. */
export interface PricesServer {
  readonly server: Server;
  readonly port: number;
  /** The call of `Watch` that is open. */
  readonly watched: () => ServerWritableStream<Item, Price> | undefined;
}

/** What `Find` answers. */
type Find = (call: ServerUnaryCall<Item, Price>, answer: sendUnaryData<Price>) => void;

/** Starts it; it says what it has with that version of server reflection, or not at all. */
export async function startPricesServer(
  find: Find = ({ request }, answer) => answer(null, { name: request.name, cents: 100 }),
  reflection?: 'v1' | 'v1alpha',
  /** What it says instead of its own files. */
  files?: readonly Uint8Array[],
): Promise<PricesServer> {
  const definition = loadSync(pricesProto);
  let watched: ServerWritableStream<Item, Price> | undefined;
  const server = new Server();
  server.addService(serviceOf(definition, 'shop', 'Prices'), {
    Find: find,
    Watch: (call: ServerWritableStream<Item, Price>) => {
      watched = call;
    },
    Sum: (call: ServerReadableStream<Item, Price>, answer: sendUnaryData<Price>) => {
      let cents = 0;
      call.on('data', () => (cents += 1));
      call.on('end', () => answer(null, { name: 'sum', cents }));
    },
    Chat: (call: ServerDuplexStream<Item, Price>) => {
      call.on('data', ({ name }: Item) => call.write({ name, cents: 2 }));
      call.on('end', () => call.end());
    },
  });
  if (reflection !== undefined) addReflection(server, reflection, files ?? descriptorsOf(definition));
  const port = await new Promise<number>((done, fail) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? done(bound) : fail(error),
    );
  });
  killAfterTest({ kill: async () => server.forceShutdown() });
  return { server, port, watched: () => watched };
}

function serviceOf(definition: PackageDefinition, ...path: readonly string[]): ServiceClientConstructor['service'] {
  // What @grpc/grpc-js makes of it has no types of its own.
  const found = path.reduce<unknown>((at, name) => Reflect.get(Object(at), name), loadPackageDefinition(definition));
  return (found as ServiceClientConstructor).service;
}

interface Question {
  readonly fileContainingSymbol?: string;
}

function descriptorsOf(described: PackageDefinition): readonly Uint8Array[] {
  const item = described['shop.Item'];
  const files = item !== undefined && 'fileDescriptorProtos' in item ? item.fileDescriptorProtos : [];
  return Array.isArray(files) ? files : [];
}

/** As gRPC's own implementation answers: the file of a symbol, described. */
function addReflection(server: Server, version: 'v1' | 'v1alpha', descriptors: readonly Uint8Array[]): void {
  const name = `grpc.reflection.${version}`;
  const definition = fromJSON({
    nested: {
      grpc: { nested: { reflection: { nested: { [version]: { nested: PROTOCOL } } } } },
    },
  });
  const answered: UntypedServiceImplementation = {
    ServerReflectionInfo: (call: ServerDuplexStream<Question, object>) => {
      call.on('data', ({ fileContainingSymbol = '' }: Question) => {
        const isKnown = fileContainingSymbol === 'shop.Prices';
        call.write(
          isKnown
            ? { fileDescriptorResponse: { fileDescriptorProto: descriptors } }
            : { errorResponse: { errorCode: 5, errorMessage: `not found: ${fileContainingSymbol}` } },
        );
      });
      call.on('end', () => call.end());
    },
  };
  server.addService(serviceOf(definition, ...name.split('.'), 'ServerReflection'), answered);
}

const PROTOCOL = {
  ServerReflection: {
    methods: {
      ServerReflectionInfo: {
        comment: '',
        requestType: 'Request',
        requestStream: true,
        responseType: 'Response',
        responseStream: true,
      },
    },
  },
  Request: {
    fields: { fileByFilename: { type: 'string', id: 3 }, fileContainingSymbol: { type: 'string', id: 4 } },
  },
  Response: {
    fields: { fileDescriptorResponse: { type: 'Files', id: 4 }, errorResponse: { type: 'Failure', id: 7 } },
  },
  Files: { fields: { fileDescriptorProto: { rule: 'repeated', type: 'bytes', id: 1 } } },
  Failure: { fields: { errorCode: { type: 'int32', id: 1 }, errorMessage: { type: 'string', id: 2 } } },
};
