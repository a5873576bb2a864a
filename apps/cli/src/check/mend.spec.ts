import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { checkWorld, SHORT_GRACE } from '../../../../test/support/check-world.js';
import { asOrdinaryUser } from '../../../../test/support/ordinary-user.js';

const { at, write, run, runPiped } = checkWorld();

describe('check --fix', () => {
  it('says which file it may not write, and mends the others', async () => {
    await write({ 'a.yaml': SHORT_GRACE, 'b.yaml': SHORT_GRACE });
    await chmod(at(), 0o777);
    await chmod(at('a.yaml'), 0o444);
    await chmod(at('b.yaml'), 0o666);
    const { code, out, err } = await asOrdinaryUser(() => run('check', '.', '--fix'));
    expect(code).toBe(2);
    expect(out).toMatch(
      /^a\.yaml:1:1: unusable: its fixes cannot be written \(EACCES\).*\n {2}do: Allow it for the file, and for the folder that it is in: chmod u\+w/m,
    );
    expect(out).toMatch(/^a\.yaml:11:7: error: .*\[grace-period-too-short\]$/m);
    expect(out).not.toMatch(/^b\.yaml:.*\[grace-period-too-short\]$/m);
    expect(err).toMatch(/^fixed \d findings?\n$/);
    expect(await readFile(at('a.yaml'), 'utf8')).toBe(SHORT_GRACE);
    expect(await readFile(at('b.yaml'), 'utf8')).toContain('terminationGracePeriodSeconds: 30 # short');
  });
});

describe('check --fix of files elsewhere', () => {
  it('follows no link out of the folder that was named', async () => {
    await write({ 'elsewhere/a.yaml': SHORT_GRACE, 'k8s/b.yaml': SHORT_GRACE.replaceAll('orders', 'basket') });
    await symlink('../elsewhere/a.yaml', at('k8s/link.yaml'));
    const { code, out } = await run('check', 'k8s', '--fix');
    expect(code).toBe(2);
    expect(out).toMatch(
      /^k8s\/link\.yaml:1:1: unusable: it is a link to .*elsewhere\/a\.yaml, outside of what was named/m,
    );
    expect(out).toMatch(/^k8s\/link\.yaml:11:7: error: /m);
    expect(out).not.toContain('--fix does this');
    expect(await readFile(at('elsewhere/a.yaml'), 'utf8')).toBe(SHORT_GRACE);
    expect(await readFile(at('k8s/b.yaml'), 'utf8')).toContain('terminationGracePeriodSeconds: 30 # short');
  });

  it('mends what a link in the folder leads to, and keeps the link', async () => {
    await write({ 'k8s/shared/a.yml.txt': SHORT_GRACE });
    await symlink('shared/a.yml.txt', at('k8s/link.yaml'));
    await run('check', 'k8s', '--fix');
    expect((await stat(at('k8s/link.yaml'))).isFile()).toBe(true);
    expect(await readFile(at('k8s/shared/a.yml.txt'), 'utf8')).toContain('terminationGracePeriodSeconds: 30');
  });
});

describe('check --fix of what is no file', () => {
  const SAID = /^--fix cannot mend \d findings? in .*, which is no file: write what the findings say into the template/;

  it('says so for what comes through a pipe, and promises nothing without it', async () => {
    const { code, out, err } = await runPiped(SHORT_GRACE, 'check', '-', '--fix');
    expect(code).toBe(1);
    expect(err).toMatch(SAID);
    expect(out).not.toContain('--fix');
    expect((await runPiped(SHORT_GRACE, 'check', '-')).out).not.toContain('--fix');
  });

  it('says so for what was rendered, and mends the files beside it', async () => {
    await write({ 'k8s/kustomization.yaml': 'resources: [a]\n', 'b.yaml': SHORT_GRACE });
    await write({ 'bin/kubectl': `#!/bin/sh\n/bin/cat <<'END'\n${SHORT_GRACE}\nEND\n` });
    await chmod(at('bin/kubectl'), 0o755);
    const [first, second] = (await run('check', '.', '--fix')).err.split('\n');
    expect(first).toMatch(/^fixed \d finding/);
    expect(second).toMatch(SAID);
    expect(second).toContain('<rendered from k8s/kustomization.yaml>');
  });

  it('leaves alone what a pipe with a name has brought', async () => {
    await promisify(execFile)('mkfifo', [at('pipe')]);
    const [{ code, err }] = await Promise.all([run('check', 'pipe', '--fix'), writeFile(at('pipe'), SHORT_GRACE)]);
    expect(code).toBe(1);
    expect(err).toMatch(SAID);
  });
});

describe('check --output', () => {
  it.each(['nowhere/result.json', 'folder'])('says what to type when it cannot be written: %s', async (output) => {
    await mkdir(at('folder'));
    await write({ 'orders.yaml': SHORT_GRACE });
    const { code, err } = await run('check', 'orders.yaml', '--output', output);
    expect(code).toBe(2);
    expect(err).toMatch(/^cannot write --output .* \(E\w+\): name a file in a folder that is there\n$/);
  });
});
