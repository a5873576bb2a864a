import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommandLine } from '../program.js';

const BAD = `# the orders service
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  replicas: 2
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      terminationGracePeriodSeconds: 10 # short
      containers:
        - name: orders
          image: orders:1
          command: [node, dist/main.js]
          env:
            - { name: SHUTDOWN_GRACE_PERIOD, value: '30' }
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function files(contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

async function run(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  const code = await runCommandLine(args, {
    stdin: piped(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: { PATH: `${join(folder, 'bin')}:/nowhere` },
    cwd: folder,
  });
  return { code, out, err };
}

let pipe: string[] = [];
async function* piped(): AsyncIterable<string> {
  yield* pipe;
}

describe('nestjs-lifecycle check', () => {
  it('exits with 1 and says where, what, why and what to do', async () => {
    await files({ 'k8s/orders.yaml': BAD });
    const { code, out } = await run('check', 'k8s');
    expect(code).toBe(1);
    expect(out).toMatch(/^k8s\/orders\.yaml:\d+:\d+: error: Deployment orders: .*10/m);
    expect(out).toMatch(/^ {2}why: /m);
    expect(out).toMatch(/^ {2}do: /m);
  });

  it('reads a pipe', async () => {
    pipe = [BAD.slice(0, 100), BAD.slice(100)];
    const { code, out } = await run('check', '-');
    expect(code).toBe(1);
    expect(out).toContain('<stdin>:');
  });

  it('prints JSON, SARIF and annotations', async () => {
    await files({ 'orders.yaml': BAD });
    expect(JSON.parse((await run('check', '.', '--format', 'json')).out)).toMatchObject({ version: 1 });
    expect(JSON.parse((await run('check', '.', '--format', 'sarif')).out)).toMatchObject({ version: '2.1.0' });
    expect((await run('check', '.', '--format', 'github')).out).toMatch(/^::error file=orders\.yaml,line=/m);
  });

  it('writes to a file where one is named', async () => {
    await files({ 'orders.yaml': BAD });
    const { out } = await run('check', '.', '--format', 'sarif', '--output', 'result.sarif');
    expect(out).toBe('');
    expect(JSON.parse(await readFile(join(folder, 'result.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
  });

  it('fails only from the severity on that is asked for', async () => {
    await files({ 'orders.yaml': BAD });
    expect((await run('check', '.', '--fail-on', 'never')).code).toBe(0);
    expect((await run('check', '.', '--fail-on', 'error')).code).toBe(1);
  });

  it('leaves files alone that are none of its business', async () => {
    await files({
      'config.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: a }\n',
      'package.json': '{ "name": "x" }',
      'tsconfig.json': '{ // a comment\n }',
    });
    expect(await run('check', '.')).toMatchObject({ code: 0 });
  });

  it('exits with 2 for what cannot be read, and checks the rest', async () => {
    await files({ 'a.yaml': 'kind: [', 'orders.yaml': BAD });
    const { code, out } = await run('check', '.');
    expect(code).toBe(2);
    expect(out).toMatch(/a\.yaml:\d+:\d+: unusable/);
    expect(out).toMatch(/orders\.yaml:\d+:\d+: error/);
  });

  it.each([
    [['check', 'nowhere'], /cannot read nowhere \(ENOENT\)/],
    [['check', '.'], /no manifest in \./],
    [['check', '.', '--format', 'xml'], /text, json, sarif, github/],
    [['check', '.', '--skip', 'no-such-rule'], /there is no such rule\. The rules are: /],
    [['check', '.', '--settings', 'settings.json'], /SHUTDOWN_PRINT_SETTINGS=1/],
    [['check', '.', '--app', 'dist/app.module.js'], /build the service first/],
    [['check', '.', '--boot', 'soon'], /Write 30s/],
    [['chekc', '.'], /Did you mean check/],
  ])('says what to type after %j', async (args, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('learns the settings from what the service printed', async () => {
    await files({ 'orders.yaml': BAD, 'settings.json': '{"format":"nestjs-lifecycle/settings","version":2}' });
    const { code, err } = await run('check', 'orders.yaml', '--settings', 'settings.json');
    expect(code).toBe(2);
    expect(err).toMatch(/settings\.json:1:1: .*version/);
  });

  it('leaves patches of a kustomization out where nothing can render it', async () => {
    await files({
      'kustomization.yaml': 'resources: [orders.yaml]\npatches: [{ path: more.yaml }]\n',
      'orders.yaml': BAD,
      'more.yaml': 'kind: [broken',
    });
    const { code, err } = await run('check', '.');
    expect(code).toBe(1);
    expect(err).toMatch(/patches are left out\. .*kubectl kustomize \. \| nestjs-lifecycle check -/);
  });

  it('renders a kustomization where something can', async () => {
    await files({
      'k8s/kustomization.yaml': 'resources: [orders.yaml]\n',
      'k8s/orders.yaml': 'kind: [broken',
      'bin/kubectl': `#!/bin/sh\n/bin/cat <<'END'\n${BAD}\nEND\n`,
    });
    await chmod(join(folder, 'bin/kubectl'), 0o755);
    const { code, out } = await run('check', 'k8s');
    expect(code).toBe(1);
    expect(out).toMatch(/^<rendered from k8s\/kustomization\.yaml>:\d+/m);
  });

  it('mends what can be mended, and leaves comments and order as they are', async () => {
    await files({ 'orders.yaml': BAD });
    const { err } = await run('check', '.', '--fix');
    const mended = await readFile(join(folder, 'orders.yaml'), 'utf8');
    expect(err).toMatch(/^fixed \d+ finding/);
    expect(mended).toContain('# the orders service');
    expect(mended).toContain('# short');
    const again = await run('check', '.', '--fix');
    expect(again.err).toBe('');
  });

  it('shows its help, and its version', async () => {
    const help = await run('check', '--help');
    expect(help.code).toBe(0);
    expect(help.out).toContain('--fail-on');
    const version = await run('--version');
    expect(version.code).toBe(0);
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
