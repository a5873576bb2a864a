import { deployment, findingsOf, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'signal-not-forwarded';

function started(command: readonly string[], args: readonly string[] = []): string {
  return deployment({ container: { command: [...command], args: [...args] } });
}

function dockerfile(...lines: readonly string[]): string {
  return ['# file: Dockerfile', 'FROM node:24', ...lines].join('\n');
}

describe('signal-not-forwarded', () => {
  it.each([
    ['node', started(['node', 'dist/main.js'])],
    ['the command of the image', started([])],
    ['an init program', started(['/usr/bin/tini', '-s', '--', 'node', 'main.js'])],
    ['a shell that replaces itself', started(['sh', '-c'], ['migrate && exec node main.js'])],
    ['a script', started(['sh', '/app/start.sh'])],
    ['the exec form', dockerfile('CMD ["node", "main.js"]')],
    ['the shell form with exec', dockerfile('CMD exec node main.js')],
    ['an earlier CMD that does not count', dockerfile('CMD npm start', 'CMD ["node", "main.js"]')],
    ['an earlier stage', dockerfile('CMD npm start', 'FROM node:24', 'CMD ["node", "main.js"]')],
    ['an entrypoint that does not use the shell', dockerfile('ENTRYPOINT ["tini", "--"]', 'CMD ["node", "main.js"]')],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['npm', 'error', started(['npm', 'run', 'start:prod'])],
    ['yarn', 'error', started([], ['/usr/local/bin/yarn', 'start'])],
    ['npm', 'error', started(['tini', '--', 'npm', 'start'])],
    ['npm', 'error', started(['env', 'A=1', 'npm', 'start'])],
    ['pnpm', 'error', started(['sh', '-c', 'exec pnpm start'])],
    ['npm', 'error', started(['bash', '-ec', 'migrate && npm start'])],
    ['sh', 'error', started(['/bin/sh', '-c', 'node migrate.js; node main.js'])],
    ['sh', 'warning', started(['/bin/sh', '-c', 'node main.js'])],
    ['nest', 'error', dockerfile('CMD ["npx", "nest", "start"]').replace('"npx", ', '')],
    ['npm', 'error', dockerfile('CMD npm start')],
    ['sh', 'warning', dockerfile('ENTRYPOINT node main.js')],
    ['npm', 'error', dockerfile('ENTRYPOINT ["tini", "--"]', 'CMD ["npm", "start"]')],
  ])('fails %s in front of the service (%s)', (program, severity, text) => {
    expect(findingsOf(rule, [text])).toMatchObject([
      { severity, message: expect.stringMatching(new RegExp(`^${program} `)) as string },
    ]);
  });
});
