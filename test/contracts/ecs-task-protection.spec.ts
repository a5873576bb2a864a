import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { startLifecycle } from 'nestjs-lifecycle/standalone';
import { startWorker } from '../support/worker-app.js';

/** An agent of ECS, as its documentation has it: what it was asked for, and what it answers. */
class EcsAgent {
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
const ON = ['PUT', STATE, { ProtectionEnabled: true, ExpiresInMinutes: 60 }];
const OFF = ['PUT', STATE, { ProtectionEnabled: false }];

describe('with ecsTaskProtection', () => {
  const agent = new EcsAgent();

  beforeEach(async () => {
    agent.asked.length = 0;
    await agent.start();
  });
  afterEach(() => agent.stop());

  it('the task is protected while work runs, and the protection is given back at the stop', async () => {
    const { shutdown, closed } = await startWorker({ options: { ecsTaskProtection: true } });
    const called = agent.next();
    const task = shutdown.track('import');
    await called;
    expect(agent.asked).toEqual([ON]);
    task.done();
    const { outcome, hooks } = await closed();
    expect(agent.asked).toEqual([ON, OFF]);
    expect({ outcome, hooks: hooks.map(({ name, result }) => `${name}: ${result}`) }).toEqual({
      outcome: 'clean',
      hooks: ['ECS task protection: done'],
    });
  });

  it('the task of a service without Nest is protected the same way', async () => {
    const lifecycle = startLifecycle({
      ecsTaskProtection: true,
      logger: { info: () => 0, warn: () => 0, error: () => 0 },
    });
    const called = agent.next();
    const task = lifecycle.track('import');
    await called;
    expect(agent.asked).toEqual([ON]);
    task.done();
    const { outcome } = await lifecycle.close();
    expect([outcome, ...agent.asked]).toEqual(['clean', ON, OFF]);
  });

  it('an agent that never answers keeps no service from stopping, and leaves its outcome alone', async () => {
    agent.answer = () => undefined;
    const { shutdown, closed } = await startWorker({ options: { ecsTaskProtection: '5m' } });
    const called = agent.next();
    const task = shutdown.track('import');
    await called;
    task.done();
    const { outcome, hooks } = await closed();
    expect({ outcome, hooks: hooks.map(({ result }) => result) }).toEqual({ outcome: 'clean', hooks: ['done'] });
  });
});

it('without the option no agent is asked', async () => {
  const agent = new EcsAgent();
  await agent.start();
  const { shutdown, closed } = await startWorker({});
  await shutdown.track('import', () => Promise.resolve());
  await closed();
  expect(agent.asked).toEqual([]);
  await agent.stop();
});
