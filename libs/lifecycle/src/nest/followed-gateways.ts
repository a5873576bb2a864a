import { type Guard } from '../errors/foreign-call.js';
import { type HttpTraffic } from '../traffic/http/http-traffic.js';
import { type GatewayMessage, type GatewayWork } from '../traffic/web-sockets/gateway-work.js';
import { followAdapter, type GatewayAdapter } from '../traffic/web-sockets/followed-adapter.js';
import { type WebSockets } from '../traffic/web-sockets/web-sockets.js';
import { discoverGateways, gatewayMessages, httpServersBelow, pollingPaths, watchDisconnects } from './gateways.js';
import { serverOf } from './http-adapter.js';
import { type NestServices } from './nest-services.js';
import { watchWebSocketAdapters } from './web-socket-adapters.js';

interface Followers {
  readonly guard: Guard;
  readonly gateways: GatewayWork;
  readonly webSockets: WebSockets;
  readonly traffic: HttpTraffic;
}

/**
 * Follows every gateway of the application, from before the first client can connect. Call `registered` when Nest has
 * registered them, and `undo` when the application is closed.
 */
export function followGateways(
  nest: NestServices,
  { gateways: work, webSockets, traffic, guard }: Followers,
): { readonly registered: () => void; readonly undo: () => void } {
  const undo: (() => void)[] = [];
  let registered: () => void = () => undefined;
  let messageOf: ((message: unknown) => GatewayMessage) | undefined;
  /** Called once: when the first adapter exists, so do all gateways. */
  const discover = (): ((message: unknown) => GatewayMessage) => {
    const gateways = discoverGateways(nest.discovery);
    registered = watchDisconnects(gateways, (name, result) => work.disconnecting(name, result));
    return gatewayMessages(gateways);
  };
  const follow = (adapter: GatewayAdapter): void => {
    messageOf ??= discover();
    /**
     * A gateway on a port of its own has a server of its own. Nest's main server is attached later, when all gateways
     * are bound to it.
     */
    const onServer = (server: unknown): void => {
      const main = serverOf(nest.adapterHost.httpAdapter, guard);
      for (const found of httpServersBelow(server, adapter)) if (found !== main) traffic.attach(found);
      traffic.exempt(pollingPaths(server));
    };
    undo.push(followAdapter(adapter, { webSockets, work, messageOf, onServer, guard }));
  };
  undo.push(watchWebSocketAdapters(nest.config, follow, guard));
  return {
    registered: () => registered(),
    undo: () => {
      registered();
      for (const undoOne of undo.splice(0)) undoOne();
    },
  };
}
