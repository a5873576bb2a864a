import { join } from 'node:path';
import { build } from '../support/build.js';
import { KubeApi } from '../support/kube-api/kube-api.js';
import { PlayedDeployment, type PlayedOptions } from '../support/kube-api/played-deployment.js';
import { itNeeds } from '../support/machine.js';
import { type Program, startFile } from '../support/program.js';
import { root } from '../support/repository.js';
import { startInTerminal, type Terminal, terminals } from '../support/terminal.js';

const MAIN = join(root, 'apps/cli/dist/esm/main.js');
const QUICK = ['--warm-up', '300ms', '--cool-down', '100ms', '--rate', '30', '--clients', '2'];

let api: KubeApi;
let played: PlayedDeployment | undefined;

beforeAll(() => build('library', 'rollout', 'manifest-check', 'cli'));
beforeEach(async () => {
  api = await KubeApi.start();
});
afterEach(async () => {
  await played?.close();
  played = undefined;
  await api.close();
});

/** The words after the name of the command. */
async function argumentsFor(options: PlayedOptions): Promise<string[]> {
  played = await PlayedDeployment.start(api, options);
  return ['rehearse', '--cluster', 'deployment/orders', '--address', played.address, ...QUICK];
}

async function start(options: PlayedOptions, ...flags: string[]): Promise<Program> {
  return startFile(MAIN, { args: [...(await argumentsFor(options)), ...flags], env: { KUBECONFIG: api.kubeconfig } });
}

async function startAsked(options: PlayedOptions): Promise<Terminal> {
  const words = [process.execPath, MAIN, ...(await argumentsFor(options))];
  const line = words.map((word) => `'${word}'`).join(' ');
  return startInTerminal(line, { cwd: root, env: { KUBECONFIG: api.kubeconfig } });
}

/** Changes that were made, and not only tried. */
function changes(): number {
  return api.requests.filter((line) => line.startsWith('PATCH') && !line.includes('dryRun')).length;
}

function isRestarted(): boolean {
  return JSON.stringify(api.store.get('deployments', 'orders')).includes('restartedAt');
}

describe('nestjs-lifecycle rehearse --cluster', () => {
  it('changes nothing where nobody can be asked, and says what to type', async () => {
    const { code, output } = await (await start({ replicas: 1 })).exit;
    expect(output).toMatch(/deployment\/orders[^]*add --yes to agree/);
    expect([code, changes()]).toEqual([2, 0]);
  });

  it('goes on with --yes, and ends with 0 when nothing was lost', async () => {
    const { code, output } = await (await start({ replicas: 1 }, '--yes')).exit;
    expect(output).toContain('Nothing lost in');
    expect([code, changes(), isRestarted()]).toEqual([0, 1, true]);
  });

  it('undoes what it changed at Ctrl-C, and ends with 130', async () => {
    const program = await start({ replicas: 1, nextMode: 'never-ready' }, '--yes');
    await program.waitForLine(/update to revision 2 starts/);
    program.signal('SIGINT');
    const { code, output } = await program.exit;
    expect(output).toContain('Interrupted: what was changed is undone.');
    expect(output).toContain('The change (a restart) was undone');
    expect([code, changes(), isRestarted()]).toEqual([130, 2, false]);
  });

  // The question has no end of its line: what is typed before it is read waits in the terminal.
  itNeeds(terminals, 'asks in a terminal, and takes anything but yes for a no', async () => {
    const terminal = await startAsked({ replicas: 1 });
    await terminal.waitForLine(/It uses these rights/);
    terminal.type('n\n');
    const { code, output } = await terminal.exit;
    expect(output).toContain('Nothing was changed.');
    expect([code, changes()]).toEqual([2, 0]);
  });

  itNeeds(terminals, 'ends at Ctrl-C at its question, with nothing changed', async () => {
    const terminal = await startAsked({ replicas: 1 });
    await terminal.waitForLine(/It uses these rights/);
    terminal.pressCtrlC();
    const { code } = await terminal.exit;
    expect([code, changes()]).toEqual([130, 0]);
  });

  itNeeds(terminals, 'goes on after a yes', async () => {
    const terminal = await startAsked({ replicas: 1 });
    await terminal.waitForLine(/It uses these rights/);
    terminal.type('y\n');
    const { code } = await terminal.exit;
    expect([code, changes()]).toEqual([0, 1]);
  });
});
