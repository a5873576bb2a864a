import { Agent, globalAgent } from 'node:http';
import { globalAgent as globalHttpsAgent } from 'node:https';
import { defineKind } from '../define-kind.js';
import { waitUntil } from '../wait-until.js';

/** An agent of Node's HTTP or HTTPS, or of a class that extends it. */
export const httpAgent = defineKind<Agent>({
  title: 'HTTP agent',
  type: 'agent',
  timeoutMs: 2000,
  // The global ones may be needed by code of any application in the process.
  is: (value): value is Agent => value instanceof Agent && value !== globalAgent && value !== globalHttpsAgent,
  isClosed: (agent) => [agent.sockets, agent.freeSockets, agent.requests].every((lists) => count(lists) === 0),
  // `destroy()` cuts the requests that run.
  close: async (agent, time) => {
    await waitUntil(() => count(agent.sockets) + count(agent.requests) === 0, time);
    agent.destroy();
  },
  unfinished: (agent) => {
    const running = count(agent.sockets) + count(agent.requests);
    return running > 0 ? `${running} requests of an HTTP agent` : undefined;
  },
  force: (agent) => agent.destroy(),
});

function count(lists: Readonly<Record<string, readonly unknown[] | undefined>>): number {
  return Object.values(lists).reduce((sum, list) => sum + (list?.length ?? 0), 0);
}
