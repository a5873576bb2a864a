import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from '../support/repository.js';
import { podOf } from './manifests.js';

const lines = read('deploy/Dockerfile').split('\n');

describe('the Dockerfile', () => {
  it('has the package.json of every workspace before npm ci, which refuses to work without', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, object> };
    const workspaces = Object.keys(lock.packages).filter((path) => path !== '' && !path.includes('node_modules'));
    expect(workspaces).toContain('apps/demo');
    const copied = lines.flatMap((line) => /^COPY (\S+)\/package\.json \1\/$/.exec(line)?.[1] ?? []);
    expect(copied.toSorted()).toEqual(workspaces.toSorted());
  });

  it('starts what the manifests start, as the user that they demand', () => {
    const [container] = podOf('production').containers;
    expect(lines).toContain(`CMD [${container?.command.map((word) => `"${word}"`).join(', ')}]`);
    const { runAsUser, runAsGroup } = podOf('production').securityContext;
    expect(lines).toContain(`USER ${runAsUser}:${runAsGroup}`);
    expect(lines).toContain('STOPSIGNAL SIGTERM');
  });

  it('is given every file that it copies, and what nest and tsc read of the root', () => {
    const ignored = read('.dockerignore').split('\n');
    const fromContext = lines.flatMap((line) => /^COPY (?!--from)(.+) \S+$/.exec(line)?.[1]?.split(' ') ?? []);
    const atRoot = new Set(fromContext.map((path) => path.split('/')[0] ?? '').filter((path) => path !== '.'));
    const needed = [...atRoot, 'nest-cli.json', 'tsconfig.base.json', 'scripts'];
    expect(needed.filter((path) => !ignored.includes(`!${path}`))).toEqual([]);
    expect(ignored).toContain('**/node_modules');
  });
});

function read(file: string): string {
  return readFileSync(resolve(root, file), 'utf8');
}
