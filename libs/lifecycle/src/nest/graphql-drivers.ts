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
 * Follows the clients of graphql-ws, so that they are closed properly, and warns of an Apollo server that stops by
 * itself. GraphQLModule starts its drivers in its `onModuleInit`, so this has to run before that. Returns its undo.
 */
export function followGraphql(discovery: DiscoveryService, { sockets, warn, guard }: Followers): () => void {
  const drivers = guard('finding GraphQL drivers', [], () => driversOf(discovery));
  // A frozen driver keeps its method, and its subscriptions are not followed.
  const undo = drivers.map((driver) =>
    replaceMethod(driver, 'start', (original) => (...args) => {
      // The arguments with which GraphQLModule calls it.
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
 * The methods of every driver. A driver is recognised by them, because the package with `AbstractGraphQLDriver` may not
 * be installed, and a minifier may have changed the name of its class.
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

/** Adds the hooks. The options are GraphQLModule's own copy; those for graphql-ws belong to the user. */
function hookSubscriptions(options: GraphqlOptions, sockets: GraphqlSockets): void {
  const { subscriptions = options.installSubscriptionHandlers === true ? { 'graphql-ws': true } : undefined } = options;
  if (subscriptions === undefined || !('graphql-ws' in subscriptions)) return;
  const written = subscriptions['graphql-ws'];
  // The hooks of the application, if it has any.
  const hooks = typeof written === 'object' && written !== null ? (written as GraphqlHooks) : {};
  options.subscriptions = { ...subscriptions, 'graphql-ws': sockets.hooked(hooks) };
}
