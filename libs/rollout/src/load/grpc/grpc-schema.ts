import { nearestName } from 'nestjs-lifecycle/options';
import { GrpcError } from './grpc-error.js';
import { frameOf } from './grpc-frames.js';
import { messageOfJson } from './message-of-json.js';
import {
  type ProtoMethod,
  type ProtoNamespace,
  type ProtoRoot,
  type ProtoService,
  type ProtoType,
} from './protobuf.js';

/** How messages of an answer are shown. */
const SHOWN = { longs: String, enums: String, bytes: String, defaults: true };

/** One method, and how its messages are written. */
export interface GrpcMethod {
  readonly sendsMany: boolean;
  readonly answersMany: boolean;
  /** The frames of what is sent: one message, or a list of them where the client streams. */
  framesOf(json: unknown): Buffer;
  /** An answer as JSON. */
  textOf(message: Uint8Array): string;
}

/** The services that are known, by their full names. */
export class GrpcSchema {
  readonly #services: ReadonlyMap<string, ProtoService>;

  constructor(root: ProtoRoot) {
    root.resolveAll();
    this.#services = new Map(servicesIn(root).map((service) => [service.fullName.replace(/^\./, ''), service]));
  }

  /**
   * The method behind `/orders.v1.Orders/Get`.
   *
   * @throws GrpcError when there is none
   */
  method(path: string): GrpcMethod {
    const [, serviceName = '', methodName = ''] = path.split('/');
    const service = this.#service(serviceName);
    const method = service.methods[methodName];
    if (method === undefined) {
      const names = Object.keys(service.methods);
      throw new GrpcError(`${serviceName} has no method ${methodName}: ${advice(methodName, names)}`);
    }
    return methodOf(method);
  }

  #service(name: string): ProtoService {
    const found = this.#services.get(name);
    if (found !== undefined) return found;
    const names = [...this.#services.keys()];
    const withPackage = names.find((known) => known.endsWith(`.${name}`));
    const what = withPackage === undefined ? advice(name, names) : `did you mean ${withPackage}?`;
    throw new GrpcError(`there is no service ${name}: ${what}`);
  }
}

function advice(written: string, names: readonly string[]): string {
  const meant = nearestName(written, names);
  return meant === undefined ? `there is ${names.join(', ') || 'none'}` : `did you mean ${meant}?`;
}

function servicesIn(namespace: ProtoNamespace): ProtoService[] {
  return namespace.nestedArray.flatMap((nested) => {
    if (isService(nested)) return [nested];
    return 'nestedArray' in nested ? servicesIn(nested) : [];
  });
}

function isService(nested: object): nested is ProtoService {
  return 'methods' in nested;
}

function methodOf(method: ProtoMethod): GrpcMethod {
  const request = resolved(method.resolvedRequestType);
  const response = resolved(method.resolvedResponseType);
  const sendsMany = method.requestStream === true;
  return {
    sendsMany,
    answersMany: method.responseStream === true,
    framesOf: (json) => {
      const messages = sendsMany && Array.isArray(json) ? json : [json];
      return Buffer.concat(messages.map((one) => frameOf(messageOfJson(request, one))));
    },
    textOf: (message) => shown(response, message),
  };
}

function shown(type: ProtoType, message: Uint8Array): string {
  try {
    return JSON.stringify(type.toObject(type.decode(message), SHOWN));
  } catch (error) {
    return `an answer that is no ${type.fullName.replace(/^\./, '')}: ${String(error)}`;
  }
}

function resolved(type: ProtoType | null): ProtoType {
  if (type === null) throw new Error('a method has its types once all names have been resolved');
  return type;
}
