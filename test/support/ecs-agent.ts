import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** An agent of ECS, as its documentation has it: what it was asked for, and what it answers. */
export class EcsAgent {
  readonly asked: unknown[] = [];
  answer: (response: ServerResponse, isEnabled: boolean) => void = (response, isEnabled) => {
    response.end(JSON.stringify({ protection: { ProtectionEnabled: isEnabled, TaskArn: 'arn:aws:ecs:task/orders' } }));
  };
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  #told: () => void = () => undefined;

  async start(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    // Of a server that listens on a port.
    process.env['ECS_AGENT_URI'] = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api`;
  }

  async stop(): Promise<void> {
    delete process.env['ECS_AGENT_URI'];
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
  }

  /** Resolves with the next call. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#told = resolve;
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // What the service sends.
    const body = (await json(request)) as { ProtectionEnabled: boolean };
    this.asked.push([request.method, request.url, body]);
    this.answer(response, body.ProtectionEnabled);
    this.#told();
  }
}

const STATE = '/api/task-protection/v1/state';
/** What the agent is asked for while work runs. */
export const PROTECTED = ['PUT', STATE, { ProtectionEnabled: true, ExpiresInMinutes: 60 }];
/** What gives that back. */
export const GIVEN_BACK = ['PUT', STATE, { ProtectionEnabled: false }];
