import { InvalidScenarioError } from '../scenario/invalid-scenario-error.js';
import { resolveScenario } from '../scenario/resolve-scenario.js';
import { startDependencies } from './dependencies.js';

const listeners = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;

describe('the proxies of dependencies', () => {
  const chaos = ['FIRST_URL', 'SECOND_URL'].map((variable) => ({ kind: 'dependency-away', variable }) as const);

  it('do not listen where one of the variables does not hold an address', async () => {
    const scenario = resolveScenario({ command: 'node main.js', chaos, env: { FIRST_URL: 'redis://127.0.0.1:6379' } });
    const before = listeners();
    await expect(startDependencies(scenario)).rejects.toThrow(InvalidScenarioError);
    expect(listeners()).toBe(before);
  });

  it('stand in for what the variables hold', async () => {
    const env = { FIRST_URL: 'redis://127.0.0.1:6379/2', SECOND_URL: 'db:5432' };
    const { proxies, scenario } = await startDependencies(resolveScenario({ command: 'node main.js', chaos, env }));
    try {
      expect(scenario.service.env['FIRST_URL']).toBe(`redis://127.0.0.1:${proxies.get('FIRST_URL')?.port}/2`);
      expect(scenario.nextService.env['SECOND_URL']).toBe(`127.0.0.1:${proxies.get('SECOND_URL')?.port}`);
    } finally {
      for (const proxy of proxies.values()) await proxy.close();
    }
  });
});
