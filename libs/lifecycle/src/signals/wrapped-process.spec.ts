import { isWrapped } from './wrapped-process.js';

describe('isWrapped', () => {
  it.each([
    ['npm, pnpm, yarn', { npm_lifecycle_event: 'start' }],
    ['npx', { npm_execpath: '/usr/lib/npx-cli.js' }],
    ['Turborepo', { TURBO_HASH: 'a1b2' }],
  ])('knows %s by the environment', (_name, env) => {
    expect(isWrapped(env, process.pid)).toBe(true);
  });

  it('knows any other by the process group, which it leads', () => {
    expect(isWrapped({}, process.pid + 1)).toBe(true);
    expect(isWrapped({ npm_lifecycle_event: '' }, process.pid)).toBe(false);
  });

  it('knows none where the group cannot be seen, nor where its leader is outside of the container', () => {
    expect(isWrapped({}, undefined)).toBe(false);
    expect(isWrapped({}, 0)).toBe(false);
  });
});
