import { type DiscoveryService } from '@nestjs/core';
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

/**
 * Lets clients of graphql-ws leave in peace, and warns of an Apollo server that stops by itself. GraphQLModule starts its
 * drivers in its `onModuleInit`, so this has to come before. Returns its undo.
 */
export function followGraphql(
  discovery: DiscoveryService,
  { sockets, warn }: { readonly sockets: GraphqlSockets; readonly warn: (message: string) => void },
): () => void {
  const undo = driversOf(discovery).map((driver) => {
    const start = driver.start.bind(driver);
    driver.start = (options) => {
      if (options.stopOnTerminationSignals === true) warn(STOPS_BY_ITSELF);
      hookSubscriptions(options, sockets);
      return start(options);
    };
    return () => Reflect.deleteProperty(driver, 'start');
  });
  return () => {
    for (const undoOne of undo) undoOne();
  };
}

const STOPS_BY_ITSELF =
  'Apollo Server stops by itself on a signal (stopOnTerminationSignals), which closes the listener while routers still ' +
  'send, and ends the process before anything is drained. Remove stopOnTerminationSignals from GraphQLModule.forRoot().';

function driversOf(discovery: DiscoveryService): GraphqlDriver[] {
  const drivers = new Set<GraphqlDriver>();
  for (const { token, instance } of discovery.getProviders() as {
    readonly token: unknown;
    readonly instance: unknown;
  }[]) {
    if (typeof token === 'function' && token.name === 'AbstractGraphQLDriver' && isDriver(instance))
      drivers.add(instance);
  }
  return [...drivers];
}

function isDriver(value: unknown): value is GraphqlDriver {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'start') === 'function';
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
