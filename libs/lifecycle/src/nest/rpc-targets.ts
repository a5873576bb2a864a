import { type ModulesContainer } from '@nestjs/core';
import { classNameOf, type Guard } from '../errors/foreign-call.js';
import { rpcTargets } from './rpc-target-registry.js';
import { type CallOf, type MessageServer } from '../traffic/messages/message-servers.js';
import { type MessageSources } from '../traffic/messages/message-sources.js';
import { type GlobalInterceptors } from './global-interceptors.js';
import { type HandlerMark } from '../traffic/messages/handler-mark.js';
import { messageHandlerMarks, requestScopedPatterns } from './message-handlers.js';
import { type NestServices } from './nest-services.js';

interface Followers {
  readonly messages: MessageSources;
  readonly guard: Guard;
}

interface Steps {
  readonly interceptors: GlobalInterceptors;
  /** Called when there is a microservice server. */
  readonly onFound: () => void;
  readonly onListening: () => void;
  readonly beforeClose: () => Promise<void>;
}

/**
 * Follows every microservice server of the application, including those created before, which the registry replays.
 * Returns its undo.
 */
export function followMessageServers(nest: NestServices, { messages, guard }: Followers, steps: Steps): () => void {
  const unmarked: ReadonlyMap<string, HandlerMark> = new Map();
  const marksOf = (server: MessageServer): ReadonlyMap<string, HandlerMark> =>
    guard('reading the decorators of message handlers', unmarked, () => messageHandlerMarks(nest.discovery, server));
  const callsOf = (): CallOf => {
    const none: ReadonlySet<string> = new Set();
    const scoped = guard('looking for request-scoped controllers', none, () => requestScopedPatterns(nest.discovery));
    return (pattern) => (scoped.has(pattern) ? (handle) => steps.interceptors.duringMessage(handle) : undefined);
  };
  const subscription = rpcTargets(nest.modules).subscribe((target) => {
    // RxJS rethrows errors from here in a timer, where nothing can catch them.
    guard('following a microservice server', undefined, () => {
      if (!isMessageServer(target)) return;
      // A server that cannot answer this has its handlers when it listens.
      const hasHandlers = (): boolean =>
        guard(`getHandlers() of ${classNameOf(target)}`, false, () => sizeOf(target) > 0);
      const registered = steps.interceptors.registeringMessages(hasHandlers);
      steps.onFound();
      const listening = (): CallOf => {
        registered();
        return callsOf();
      };
      messages.follow(target, { ...steps, callsOf: listening, marksOf: () => marksOf(target) });
    });
  });
  return () => subscription.unsubscribe();
}

/** Calls `listener` in place of `listen()` of every microservice server. */
export function insteadOfListening(modules: ModulesContainer, listener: () => void): void {
  rpcTargets(modules).subscribe((target) => {
    if (isMessageServer(target)) target.listen = listener;
  });
}

function sizeOf(server: MessageServer): number {
  const handlers = server.getHandlers?.();
  return handlers instanceof Map ? handlers.size : 0;
}

function isMessageServer(target: object): target is MessageServer {
  return (
    'listen' in target && typeof target.listen === 'function' && 'close' in target && typeof target.close === 'function'
  );
}
