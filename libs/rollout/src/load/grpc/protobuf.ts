import { isRecord } from 'nestjs-lifecycle/options';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { GrpcError } from './grpc-error.js';

/** What is used of protobufjs, read in 7.6.6. */
export interface Protobuf {
  readonly Root: {
    new (): ProtoRoot;
    fromJSON(json: object): ProtoRoot;
    /** Of files by their descriptors. */
    fromDescriptor(set: { readonly file: readonly object[] }): ProtoRoot;
  };
  /** How a file is described by a server. */
  readonly FileDescriptorProto: Pick<ProtoType, 'decode'>;
}

/** All that files of protocol buffers define. */
export interface ProtoRoot extends ProtoNamespace {
  resolvePath: (origin: string, target: string) => string | null;
  load(files: readonly string[], options: { readonly keepCase: boolean }): Promise<ProtoRoot>;
  resolveAll(): ProtoRoot;
  lookupType(name: string): ProtoType;
}

/** What has other definitions in it. */
export interface ProtoNamespace {
  readonly fullName: string;
  readonly nestedArray: readonly (ProtoNamespace | ProtoService | ProtoType | ProtoEnum)[];
}

/** A message. */
export interface ProtoType {
  readonly fullName: string;
  readonly fields: Readonly<Record<string, ProtoField>>;
  fromObject(plain: object): object;
  toObject(message: object, options: object): unknown;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
}

/** An enumeration. */
export interface ProtoEnum {
  readonly values: Readonly<Record<string, number>>;
}

/** A field of a message. */
export interface ProtoField {
  readonly name: string;
  /** As in `int32`, or the name of a message or an enumeration. */
  readonly type: string;
  readonly repeated: boolean;
  readonly map: boolean;
  readonly resolvedType: ProtoType | ProtoEnum | null;
}

/** A service with its methods. */
export interface ProtoService extends ProtoNamespace {
  readonly methods: Readonly<Record<string, ProtoMethod>>;
}

/** A method of a service. */
export interface ProtoMethod {
  readonly requestStream?: boolean | undefined;
  readonly responseStream?: boolean | undefined;
  readonly resolvedRequestType: ProtoType | null;
  readonly resolvedResponseType: ProtoType | null;
}

const LOADER = '@grpc/proto-loader';

/**
 * protobufjs as the user's project has it: as a part of the proto loader that gRPC services of Node need, or by itself.
 *
 * @throws GrpcError when it is not installed
 */
export function loadProtobuf(folder: string): Protobuf {
  // `createRequire` takes a file and resolves from its folder; the file need not exist.
  const own = createRequire(join(folder, 'package.json'));
  const found = tried(() => partsFrom(createRequire(own.resolve(LOADER)))) ?? tried(() => partsFrom(own));
  if (found !== undefined) return found;
  throw new GrpcError(
    `calls of gRPC are encoded with ${LOADER}, which is not installed in ${folder}: npm install --save-dev ${LOADER}`,
  );
}

function partsFrom(load: NodeJS.Require): Protobuf {
  // `fromDescriptor` is there once this has been loaded.
  const { FileDescriptorProto } = load('protobufjs/ext/descriptor') as Pick<Protobuf, 'FileDescriptorProto'>;
  // The package's own types are not at hand where it is not installed.
  const { Root } = load('protobufjs') as Pick<Protobuf, 'Root'>;
  return { Root, FileDescriptorProto };
}

/** `undefined` where the package is not installed. */
function tried<T>(load: () => T): T | undefined {
  try {
    return load();
  } catch (error) {
    if (isRecord(error) && error['code'] === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
