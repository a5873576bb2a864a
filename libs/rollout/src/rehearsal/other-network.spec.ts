import { itNeeds, netNamespaces } from '../../../../test/support/machine.js';
import { StartFailure } from '../cluster/start-failure.js';
import { type RehearsalOptions } from '../scenario/rehearsal-options.js';
import { resolveScenario } from '../scenario/resolve-scenario.js';
import { networkNotes, otherNetwork, withAdvice } from './other-network.js';

const command = 'node dist/main.js';
const taken = new StartFailure('PORT_TAKEN', 'port 8080 is taken', [8080]);
const listensElsewhere = new StartFailure('NEVER_LISTENED', 'it listens on 8080', [8080]);
const crashed = new StartFailure('EXITED_BEFORE_READY', 'it exited\nits last lines');

/** What comes after a rehearsal of a service that fails so. */
const after = (error: unknown, changes: Partial<RehearsalOptions> = {}) => {
  const options = { command, ...changes };
  return otherNetwork(resolveScenario(options), options, error);
};

describe('another network for pods that did not come up', () => {
  itNeeds(netNamespaces, 'is one of their own for a service that takes a port of its own choice', async () => {
    for (const error of [taken, listensElsewhere]) {
      const { service, seed } = after(error, { seed: 7 })?.scenario ?? {};
      expect(service?.ownNetwork?.reason).toBe('because the service listens on 8080, whatever a variable says');
      expect(seed).toBe(7);
    }
    expect(after(taken, { podNetwork: 'shared' })).toBeUndefined();
    expect(after(crashed)).toBeUndefined();
    expect(after(new Error('a defect'))).toBeUndefined();
  });

  itNeeds(netNamespaces, 'has the port that the service listens on, where nobody has said which it is', async () => {
    const own = { podNetwork: 'own', readiness: '/ready' } as const;
    const { service, pod } = after(listensElsewhere, own)?.scenario ?? {};
    expect(service?.ports.map(({ containerPort }) => containerPort)).toEqual([8080]);
    expect(pod?.readinessProbe?.action).toMatchObject({ containerPort: 8080 });
    expect(after(listensElsewhere, { ...own, ports: [{ containerPort: 3000 }] })).toBeUndefined();
  });

  itNeeds(netNamespaces, 'is told, and why', async () => {
    expect(networkNotes(resolveScenario({ command }))).toEqual([]);
    const scenario = resolveScenario({ command, preStop: { exec: 'curl localhost:15020/quit' } });
    expect(networkNotes(scenario)).toEqual([expect.stringMatching(/because preStop asks .*--outbound/)]);
    const advised = withAdvice(crashed, scenario, { command });
    expect(advised).toMatchObject({ code: 'EXITED_BEFORE_READY' });
    expect(String(advised)).toMatch(
      /it exited\nits last lines\nEach pod had a network of its own, because .*--outbound$/,
    );
  });

  it('is no advice where pods share that of this machine, and the service took no other port', () => {
    const scenario = resolveScenario({ command });
    const defect = new Error('a defect');
    for (const error of [crashed, defect]) expect(withAdvice(error, scenario, { command })).toBe(error);
    expect(withAdvice(taken, scenario, { command, podNetwork: 'shared' })).toBe(taken);
  });
});
