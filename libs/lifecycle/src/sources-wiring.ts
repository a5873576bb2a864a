import {
  createEngineSources,
  createUpgraded,
  type EngineSources,
  type SourceParts,
  sourceReporters,
} from './engine/engine-sources.js';
import { type Settings } from './options/settings.js';
import { HandlerTracker } from './traffic/handlers/handler-tracker.js';
import { InFlightInterceptor } from './traffic/handlers/in-flight.interceptor.js';
import { type BrokerAdvice } from './traffic/messages/broker-advice.js';
import { MessageSources } from './traffic/messages/message-sources.js';
import { cutShortStream, messagesOnTheWay } from './traffic/messages/unseen-messages.js';
import { GatewayWork } from './traffic/web-sockets/gateway-work.js';
import { GraphqlSockets } from './traffic/web-sockets/graphql-sockets.js';
import { WebSockets } from './traffic/web-sockets/web-sockets.js';

/** The library's own sources of work in an application of Nest, and what fills them. */
export interface OwnSources extends EngineSources {
  readonly handlers: HandlerTracker;
  readonly webSockets: WebSockets;
  readonly gateways: GatewayWork;
  readonly messages: MessageSources;
  readonly interceptor: InFlightInterceptor;
  readonly graphql: GraphqlSockets;
}

/**
 * Creates the library's own sources of work, and registers them in the order in which their verbs are called. WebSockets
 * come before HTTP, because their close notices need its connections. Message servers come last: they close when HTTP is
 * idle.
 */
export function createOwnSources(parts: SourceParts): OwnSources {
  const { clock, inFlight, names, sources } = parts;
  const report = { ...sourceReporters(parts), ...messageReporters(parts) };
  const handlers = new HandlerTracker(clock, inFlight, names);
  const { traffic, longLived, tasks } = createEngineSources(parts, report);
  const webSockets = new WebSockets({
    ...parts,
    closeNotice: parts.settings.longLived,
    traffic,
    onError: report.failed('WebSocket'),
    ...report,
  });
  const gateways = new GatewayWork({ ...parts, ...report, connectionOf: webSockets.connectionOf });
  const upgraded = createUpgraded(traffic, webSockets, report);
  const messages = new MessageSources(clock, inFlight, {
    ...parts,
    ...report,
    workMs: longestWorkMs(parts.settings),
  });
  sources.add(handlers, longLived, webSockets, gateways, traffic.exemptRequests, traffic, upgraded);
  sources.add(messages.pulled, messages.own, messages.connected, tasks);
  const interceptor = new InFlightInterceptor(handlers, longLived);
  const graphql = new GraphqlSockets(webSockets);
  return { handlers, longLived, webSockets, gateways, traffic, messages, tasks, interceptor, graphql };
}

/** How long a shutdown may wait for what runs at the signal. */
function longestWorkMs({ lameDuck, drainTimeoutMs, budgetMs, hookBudgetMs }: Settings): number {
  return Math.min(lameDuck.maxMs + drainTimeoutMs, budgetMs - hookBudgetMs);
}

/** What message servers report. */
interface MessageReporters {
  readonly onCutShort: (stream: string) => void;
  readonly onUnseen: (server: string) => void;
  readonly onRefused: (name: string, count: number) => void;
  readonly onAdvice: (advice: BrokerAdvice) => void;
}

function messageReporters({ events, unseen, log }: SourceParts): MessageReporters {
  // Several servers may be made in the same way.
  const advised = new Set<string>();
  return {
    onCutShort: (stream) => unseen.add(cutShortStream(stream)),
    onUnseen: (server) => unseen.add(messagesOnTheWay(server)),
    onRefused: (name, count) => events.emit({ type: 'request-refused', kind: 'message', name, count }),
    onAdvice: ({ level, text }) => {
      if (!advised.has(text)) log[level](text);
      advised.add(text);
    },
  };
}
