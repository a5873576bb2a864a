import { itNeeds, netNamespaces } from '../../../../test/support/machine.js';
import { StartFailure } from '../cluster/start-failure.js';
import { type RehearsalOptions } from '../scenario/rehearsal-options.js';
import { resolveScenario } from '../scenario/resolve-scenario.js';
import { networkNotes, otherNetwork } from './other-network.js';

const command = 'node dist/main.js';
const curl = { exec: 'curl localhost:3000/drain' };
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

  itNeeds(
    netNamespaces,
    'is the shared one where nothing would be refused there, and it was not asked for',
    async () => {
      const { scenario, notes = [] } = after(crashed, { preStop: curl }) ?? {};
      expect(scenario?.service.ownNetwork).toBeUndefined();
      expect(notes).toEqual([
        expect.stringMatching(/^The service did not come up in a network of its own \(it exited\), so/),
      ]);
      expect(after(crashed, { preStop: curl, podNetwork: 'own' })).toBeUndefined();
      expect(after(crashed, { preStop: { exec: 'curl localhost:15020/quit' } })).toBeUndefined();
    },
  );

  itNeeds(netNamespaces, 'is told, and why', async () => {
    expect(networkNotes(resolveScenario({ command }))).toEqual([]);
    expect(networkNotes(resolveScenario({ command, preStop: curl }))).toEqual([
      expect.stringMatching(/because preStop asks localhost:3000.*--outbound/),
    ]);
  });
});
