import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  type LoggerService,
  type ModuleMetadata,
  type Provider,
  type Type,
} from '@nestjs/common';
import { type Journal } from './journal.js';

/** A provider that notes Nest's own hooks. */
export function hookWitness(journal: Journal): Provider {
  @Injectable()
  class HookWitness {
    onModuleInit = (): void => journal.note('hook onModuleInit');
    onApplicationBootstrap = (): void => journal.note('hook onApplicationBootstrap');
    onModuleDestroy = (): void => journal.note('hook onModuleDestroy');
    beforeApplicationShutdown = (signal?: string): void =>
      journal.note(`hook beforeApplicationShutdown ${signal ?? ''}`);
    onApplicationShutdown = (signal?: string): void => journal.note(`hook onApplicationShutdown ${signal ?? ''}`);
  }
  return HookWitness;
}

/** A guard that notes every handler it is asked for, and whether it is the very function that the class was written with. */
export class HandlerWitness implements CanActivate {
  constructor(
    private readonly journal: Journal,
    private readonly methods: OwnMethods,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const type = context.getClass();
    const handler = context.getHandler();
    const isOwn = this.methods.isOwn(type, handler);
    this.journal.note(`${context.getType()} ${type.name}.${handler.name}${isOwn ? '' : ' (another function)'}`);
    return true;
  }
}

/** The methods of an application's classes, as they were before Nest, or anybody else, saw them. */
export class OwnMethods {
  readonly #methods = new Map<unknown, ReadonlyMap<string, unknown>>();

  constructor(parts: ModuleMetadata) {
    this.#read(parts);
  }

  /** Of a class that was not found among the parts, its prototype now is asked. */
  isOwn(type: Type, handler: unknown): boolean {
    return [...(this.#methods.get(type) ?? methodsOf(type)).values()].includes(handler);
  }

  /** The methods that are another function by now. */
  replaced(): string[] {
    return [...this.#methods].flatMap(([type, before]) => {
      const now = methodsOf(type as Type);
      return [...before]
        .filter(([name, method]) => now.get(name) !== method)
        .map(([name]) => (type as Type).name + '.' + name);
    });
  }

  #read({ controllers = [], providers = [], imports = [] }: ModuleMetadata): void {
    for (const type of [...controllers, ...providers]) {
      if (typeof type === 'function') this.#methods.set(type, methodsOf(type));
    }
    for (const module of imports) {
      if (typeof module === 'function') this.#read(metadataOf(module));
      else if ('module' in module) this.#read(module);
    }
  }
}

function methodsOf(type: Type): Map<string, unknown> {
  const { prototype } = type as { prototype: object };
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype));
  return new Map(own.map(([name, { value }]) => [name, value as unknown]));
}

function metadataOf(type: Type): ModuleMetadata {
  const part = (key: string): never[] => (Reflect.getMetadata(key, type) as never[] | undefined) ?? [];
  return { controllers: part('controllers'), providers: part('providers'), imports: part('imports') };
}

/** One line of the log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly context: string;
}

/** A logger as users write them: it keeps what Nest hands over. */
export class RecordingLogger implements LoggerService {
  readonly lines: LogLine[] = [];
  log = (message: unknown, ...rest: unknown[]): void => this.#keep('log', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.#keep('warn', message, rest);
  error = (message: unknown, ...rest: unknown[]): void => this.#keep('error', message, rest);
  fatal = (message: unknown, ...rest: unknown[]): void => this.#keep('fatal', message, rest);
  debug = (message: unknown, ...rest: unknown[]): void => this.#keep('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]): void => this.#keep('verbose', message, rest);

  #keep(level: string, message: unknown, rest: readonly unknown[]): void {
    this.lines.push({ level, message: String(message), context: String(rest.at(-1)) });
  }
}
