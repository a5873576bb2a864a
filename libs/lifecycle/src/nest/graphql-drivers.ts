import { type DiscoveryService } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { replaceMethod } from '../patching/replace-method.js';
import { type GraphqlHooks, type GraphqlSockets } from '../traffic/web-sockets/graphql-sockets.js';

/** The part of a driver of @nestjs/graphql used here; read in 13.4 and 14.0. */
interface GraphqlDriver {
  start(options: GraphqlOptions): unknown;
}

interface GraphqlOptions {
  subscriptions?: { 'graphql-ws'?: unknown } | undefined;
  readonly installSubscriptionHandlers?: boolean;
  readonly stopOnTerminationSignals?: boolean;
}

interface Followers {
  readonly sockets: GraphqlSockets;
  readonly warn: (message: string) => void;
  readonly guard: Guard;
}

/**
 * Lets clients of graphql-ws leave in peace, and warns of an Apollo server that stops by itself. GraphQLModule starts its
 * drivers in its `onModuleInit`, so this has to come before. Returns its undo.
 */
export function followGraphql(discovery: DiscoveryService, { sockets, warn, guard }: Followers): () => void {
  const drivers = guard('finding GraphQL drivers', [], () => driversOf(discovery));
  // One that freezes itself keeps its method, and its subscriptions are not followed.
  const undo = drivers.map((driver) =>
    replaceMethod(driver, 'start', (original) => (...args) => {
      // As GraphQLModule calls it.
      const [options] = args as [GraphqlOptions];
      guard('reading the options of a GraphQL driver', undefined, () => {
        if (options.stopOnTerminationSignals === true) warn(STOPS_BY_ITSELF);
        hookSubscriptions(options, sockets);
      });
      return Reflect.apply(original, driver, args);
    }),
  );
  return () => {
    for (const undoOne of undo) undoOne();
  };
}

const STOPS_BY_ITSELF =
  'Apollo Server stops by itself on a signal (stopOnTerminationSignals), which closes the listener while routers still ' +
  'send, and ends the process before anything is drained. Remove stopOnTerminationSignals from GraphQLModule.forRoot().';

function driversOf(discovery: DiscoveryService): GraphqlDriver[] {
  const drivers = new Set<GraphqlDriver>();
  for (const { instance } of discovery.getProviders() as { readonly instance: unknown }[]) {
    if (isDriver(instance)) drivers.add(instance);
  }
  return [...drivers];
}

/**
 * What every driver has, whatever a minifier has made of its class: `AbstractGraphQLDriver` is a class of a package that
 * may not be there, and its name is the minifier's.
 */
const DRIVER_METHODS = ['start', 'stop', 'generateSchema', 'mergeDefaultOptions', 'subscriptionWithFilter'];

function isDriver(value: unknown): value is GraphqlDriver {
  return (
    typeof value === 'object' &&
    value !== null &&
    DRIVER_METHODS.every((name) => name in value) &&
    DRIVER_METHODS.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

/** The options are GraphQLModule's own copy; those for graphql-ws are the user's. */
function hookSubscriptions(options: GraphqlOptions, sockets: GraphqlSockets): void {
  const { subscriptions = options.installSubscriptionHandlers === true ? { 'graphql-ws': true } : undefined } = options;
  if (subscriptions === undefined || !('graphql-ws' in subscriptions)) return;
  const written = subscriptions['graphql-ws'];
  // Hooks of the application, if it has any.
  const hooks = typeof written === 'object' && written !== null ? (written as GraphqlHooks) : {};
  options.subscriptions = { ...subscriptions, 'graphql-ws': sockets.hooked(hooks) };
}
