import { startLifecycle } from 'nestjs-lifecycle/standalone';
import { EcsAgent, GIVEN_BACK, PROTECTED } from '../support/ecs-agent.js';
import { startWorker } from '../support/worker-app.js';

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
    expect(agent.asked).toEqual([PROTECTED]);
    task.done();
    const { outcome, hooks } = await closed();
    expect(agent.asked).toEqual([PROTECTED, GIVEN_BACK]);
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
    expect(agent.asked).toEqual([PROTECTED]);
    task.done();
    const { outcome } = await lifecycle.close();
    expect([outcome, ...agent.asked]).toEqual(['clean', PROTECTED, GIVEN_BACK]);
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
