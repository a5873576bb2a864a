import { type ModulesContainer } from '@nestjs/core';
import { type MessageServer, type MessageServers } from '../traffic/message-servers.js';

interface Steps {
  /** There is a microservice server. */
  readonly onFound: () => void;
  readonly onListening: () => void;
  readonly beforeClose: () => Promise<void>;
}

/**
 * Follows every microservice server of the application, those created before as well: Nest's registry replays them.
 * Returns its undo.
 */
export function followMessageServers(modules: ModulesContainer, servers: MessageServers, steps: Steps): () => void {
  const subscription = modules.getRpcTargetRegistry<object>().subscribe((target) => {
    if (!isMessageServer(target)) return;
    steps.onFound();
    servers.follow(target, steps);
  });
  return () => subscription.unsubscribe();
}

/** Calls `listener` whenever a microservice server is told to listen, which it then does not. */
export function insteadOfListening(modules: ModulesContainer, listener: () => void): void {
  modules.getRpcTargetRegistry<object>().subscribe((target) => {
    if (isMessageServer(target)) target.listen = listener;
  });
}

function isMessageServer(target: object): target is MessageServer {
  return (
    'listen' in target && typeof target.listen === 'function' && 'close' in target && typeof target.close === 'function'
  );
}
