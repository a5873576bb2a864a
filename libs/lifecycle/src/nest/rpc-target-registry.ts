import 'reflect-metadata';
import { type DiscoveryService, MetadataScanner, type ModulesContainer, NestApplicationContext } from '@nestjs/core';
import { type Observable, ReplaySubject } from 'rxjs';
import { describeError } from '../errors/lifecycle-error.js';
import { type UnseenWork } from '../unseen/unseen-work.js';
import { importOptional } from './optional-package.js';
import { isObject } from '../errors/foreign-value.js';

/** The microservice servers of each application, for Nest before 11.1.4, whose container does not keep them. */
const KNOWN = new WeakMap<object, ReplaySubject<object>>();

/** Prototypes of microservices that report their servers already. */
const REPORTING = new WeakSet<object>();

/**
 * Every microservice server of an application, including those created before. Nest keeps them since 11.1.4; before
 * that they are known from {@link Microservices}.
 */
export function rpcTargets(modules: ModulesContainer): Observable<object> {
  return hasRegistry(modules) ? modules.getRpcTargetRegistry<object>() : knownServers(modules);
}

/** Whether all microservice servers of an application can be seen. */
export class Microservices {
  /** Why they cannot be seen, if they cannot. The application may have none. */
  readonly #whyUnseen: string | undefined;

  private constructor(whyUnseen: string | undefined) {
    this.#whyUnseen = whyUnseen;
  }

  /** Makes microservices of Nest 11.0.0 to 11.1.3 report their servers, before the first one can be created. */
  static async follow(modules: ModulesContainer): Promise<Microservices> {
    return new Microservices(hasRegistry(modules) ? undefined : await followClass());
  }

  /** Why messages of these controllers may go uncounted; `undefined` if they cannot, or if there are none. */
  whyUnseen(controllers: readonly { readonly metatype: unknown }[]): string | undefined {
    return this.#whyUnseen !== undefined && controllers.some(takesMessages) ? this.#whyUnseen : undefined;
  }

  /** Reports messages that a shutdown does not wait for, so that its outcome is not `clean`. */
  reportUnseen(discovery: DiscoveryService, { warn, unseen }: UnseenReporters): void {
    const why = this.whyUnseen(discovery.getControllers());
    if (why === undefined) return;
    unseen.add({
      kind: 'messages',
      what: 'messages of microservices, which this Nest does not tell of,',
      remedy: 'Type npm install @nestjs/core@11 @nestjs/common@11 @nestjs/microservices@11.',
    });
    warn(
      `Messages are not followed: ${why}, and Nest tells of its microservices since 11.1.4. A shutdown does not wait for ` +
        'them. Type npm install @nestjs/core@11 @nestjs/common@11 @nestjs/microservices@11 to get a newer Nest 11.',
    );
  }
}

async function followClass(): Promise<string | undefined> {
  try {
    const found = await importOptional('@nestjs/microservices', () => import('@nestjs/microservices'));
    return found === undefined ? '@nestjs/microservices was not found' : reportServers(found.NestMicroservice);
  } catch (error) {
    return `@nestjs/microservices cannot be loaded: ${describeError(error)}`;
  }
}

interface UnseenReporters {
  readonly warn: (text: string) => void;
  readonly unseen: Pick<UnseenWork, 'add'>;
}

/** `PATTERN_METADATA` of @nestjs/microservices 11 and 12. */
const PATTERN = 'microservices:pattern';

function takesMessages({ metatype }: { readonly metatype: unknown }): boolean {
  const prototype: unknown = typeof metatype === 'function' ? metatype.prototype : undefined;
  if (!isObject(prototype)) return false;
  return new MetadataScanner().getAllMethodNames(prototype).some((name) => {
    const method: unknown = Reflect.get(prototype, name);
    return typeof method === 'function' && Reflect.hasMetadata(PATTERN, method);
  });
}

function hasRegistry(modules: ModulesContainer): boolean {
  return 'getRpcTargetRegistry' in modules;
}

function knownServers(modules: object): ReplaySubject<object> {
  const known = KNOWN.get(modules) ?? new ReplaySubject<object>();
  KNOWN.set(modules, known);
  return known;
}

/**
 * The constructor of a microservice calls its private `createServer`, which leaves the server in `serverInstance`, and
 * has the container of its application in `container` by then. Read in @nestjs/microservices 11.0.0 to 11.1.3.
 */
function reportServers(microservice: unknown): string | undefined {
  const prototype: unknown = typeof microservice === 'function' ? microservice.prototype : undefined;
  if (!(prototype instanceof NestApplicationContext)) return '@nestjs/microservices was found for another @nestjs/core';
  const create: unknown = Reflect.get(prototype, 'createServer');
  if (typeof create !== 'function') return '@nestjs/microservices has no createServer()';
  if (REPORTING.has(prototype)) return undefined;
  REPORTING.add(prototype);
  Reflect.set(prototype, 'createServer', function (this: object, ...args: unknown[]): unknown {
    const created: unknown = Reflect.apply(create, this, args);
    const modules = modulesOf(Reflect.get(this, 'container'));
    const server: unknown = Reflect.get(this, 'serverInstance');
    if (modules !== undefined && isObject(server)) knownServers(modules).next(server);
    return created;
  });
  return undefined;
}

function modulesOf(container: unknown): object | undefined {
  if (!isObject(container) || !('getModules' in container) || typeof container.getModules !== 'function')
    return undefined;
  const modules: unknown = Reflect.apply(container.getModules, container, []);
  return isObject(modules) ? modules : undefined;
}
