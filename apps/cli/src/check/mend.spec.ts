import { chmod, mkdir, readFile } from 'node:fs/promises';
import { checkWorld, SHORT_GRACE } from '../../../../test/support/check-world.js';
import { asOrdinaryUser } from '../../../../test/support/ordinary-user.js';

const { at, write, run } = checkWorld();

describe('check --fix', () => {
  it('says which file it may not write, and mends the others', async () => {
    await write({ 'a.yaml': SHORT_GRACE, 'b.yaml': SHORT_GRACE });
    await chmod(at(), 0o755);
    await chmod(at('a.yaml'), 0o444);
    await chmod(at('b.yaml'), 0o666);
    const { code, out, err } = await asOrdinaryUser(() => run('check', '.', '--fix'));
    expect(code).toBe(2);
    expect(out).toMatch(
      /^a\.yaml:1:1: unusable: its fixes cannot be written \(EACCES\).*\n {2}do: Allow it: chmod u\+w/m,
    );
    expect(out).toMatch(/^a\.yaml:11:7: error: .*\[grace-period-too-short\]$/m);
    expect(out).not.toMatch(/^b\.yaml:.*\[grace-period-too-short\]$/m);
    expect(err).toMatch(/^fixed \d findings?\n$/);
    expect(await readFile(at('a.yaml'), 'utf8')).toBe(SHORT_GRACE);
    expect(await readFile(at('b.yaml'), 'utf8')).toContain('terminationGracePeriodSeconds: 30 # short');
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
