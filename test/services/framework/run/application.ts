import {
  type INestApplication,
  type INestApplicationContext,
  type MiddlewareConsumer,
  type ModuleMetadata,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { type MicroserviceOptions } from '@nestjs/microservices';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { type Client } from './client.js';
import { type Journal } from './journal.js';
import { type Server } from './servers.js';

/** How an application is made. A hybrid one is `express` or `fastify` with a microservice connected in `prepare`. */
export type Kind = 'express' | 'fastify' | 'microservice' | 'context';

/** The kinds of an application that serves HTTP, which is made on both adapters. */
export const HTTP: readonly Kind[] = ['express', 'fastify'];

/** What an application's module is made of. */
export interface Parts extends ModuleMetadata {
  readonly configure?: (consumer: MiddlewareConsumer) => void;
}

/** What `module` is given. */
export interface Setting {
  readonly kind: Kind;
  readonly journal: Journal;
  /** Free ports, as many as the application asks for with `ports`. */
  readonly ports: readonly number[];
}

/** A running application, as its exchanges see it. */
export interface World extends Setting {
  readonly app: INestApplicationContext;
  /** Where it serves HTTP; empty where it does not. */
  readonly url: string;
  /** Speaks HTTP to it, over connections that it keeps. */
  readonly client: Client;
}

/** One thing that a client does, and what it gets for it: plain data that can be compared. */
export interface Exchange {
  readonly name: string;
  readonly play: (world: World) => Promise<unknown>;
}

/**
 * One small application of the kind that a page of Nest's documentation shows. Each is played plain and with the module;
 * what its clients, handlers, loggers and hooks see must be the same.
 */
export interface FrameworkApplication {
  /** What of Nest it shows, in the words of the documentation. */
  readonly shows: string;
  readonly kinds: readonly Kind[];
  /** Servers that must run for it, such as a broker. */
  readonly needs?: readonly Server[];
  /** How many free ports it needs beside the one that it listens on. */
  readonly ports?: number;
  /** Makes new classes in every call, so that no run sees what another has left on them. */
  readonly module: (setting: Setting) => Parts;
  /** Given to `NestFactory.create`. */
  readonly nest?: (setting: Setting) => NestApplicationOptions;
  readonly microservice?: (setting: Setting) => MicroserviceOptions;
  /** Makes Fastify's adapter where it needs options. */
  readonly fastifyAdapter?: () => FastifyAdapter;
  /** What a `main.ts` does before it listens. */
  readonly prepare?: (app: INestApplication, setting: Setting) => void | Promise<void>;
  readonly prepareExpress?: (app: NestExpressApplication) => void | Promise<void>;
  readonly prepareFastify?: (app: NestFastifyApplication) => void | Promise<void>;
  /** Another way to start than Nest's usual ones, with what `NestFactory` would be given. Returns once it has started. */
  readonly start?: (root: Type, options: NestApplicationOptions) => Promise<INestApplicationContext>;
  /** Options of the module, where the application's point is beside one of them. */
  readonly options?: GracefulShutdownOptions;
  /** The application does work that the module cannot see, as the report says: no stop of it is called clean. */
  readonly hasUnseenWork?: true;
  /** Whether all that it does without a server is followed, so that its end is clean. */
  readonly isFollowed?: true;
  /** What differs from run to run, such as an identifier that is drawn. */
  readonly masks?: readonly RegExp[];
  readonly exchanges: readonly Exchange[];
}
