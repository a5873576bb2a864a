import 'reflect-metadata';
import { type DiscoveryService, MetadataScanner, type ModulesContainer, NestApplicationContext } from '@nestjs/core';
import { type Observable, ReplaySubject } from 'rxjs';
import { describeError } from '../errors/lifecycle-error.js';
import { type UnseenWork } from '../unseen/unseen-work.js';
import { importOptional } from './optional-package.js';
import { isObject } from '../errors/foreign-value.js';

/** What a container of Nest before 11.1.4 has no place for: the microservice servers of its application. */
const KNOWN = new WeakMap<object, ReplaySubject<object>>();

/** Prototypes of microservices that tell of their servers already. */
const TELLING = new WeakSet<object>();

/**
 * Every microservice server of an application, those created before as well. Nest keeps them since 11.1.4; before, they
 * are known from {@link Microservices}.
 */
export function rpcTargets(modules: ModulesContainer): Observable<object> {
  return hasRegistry(modules) ? modules.getRpcTargetRegistry<object>() : knownServers(modules);
}

/** Whether the microservice servers of an application are all seen. */
export class Microservices {
  /** Why they are not, where they are not. The application may have none. */
  readonly #whyUnseen: string | undefined;

  private constructor(whyUnseen: string | undefined) {
    this.#whyUnseen = whyUnseen;
  }

  /** Makes those of Nest 11.0.0 to 11.1.3 tell of their servers, before the first can be created. */
  static async follow(modules: ModulesContainer): Promise<Microservices> {
    return new Microservices(hasRegistry(modules) ? undefined : await followClass());
  }

  /** Why messages of these controllers may go uncounted, where they may: `undefined` when there are none as well. */
  whyUnseen(controllers: readonly { readonly metatype: unknown }[]): string | undefined {
    return this.#whyUnseen !== undefined && controllers.some(takesMessages) ? this.#whyUnseen : undefined;
  }

  /** Tells of messages that no shutdown waits for: an end in which they were not seen is not clean. */
  tellOfUnseen(discovery: DiscoveryService, { warn, unseen }: UnseenTellers): void {
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
    return found === undefined ? '@nestjs/microservices was not found' : tellOfServers(found.NestMicroservice);
  } catch (error) {
    return `@nestjs/microservices cannot be loaded: ${describeError(error)}`;
  }
}

interface UnseenTellers {
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
function tellOfServers(microservice: unknown): string | undefined {
  const prototype: unknown = typeof microservice === 'function' ? microservice.prototype : undefined;
  if (!(prototype instanceof NestApplicationContext)) return '@nestjs/microservices was found for another @nestjs/core';
  const create: unknown = Reflect.get(prototype, 'createServer');
  if (typeof create !== 'function') return '@nestjs/microservices has no createServer()';
  if (TELLING.has(prototype)) return undefined;
  TELLING.add(prototype);
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
