import { wrapperOf } from './stop-kind.js';

describe('wrapperOf', () => {
  it.each([
    ['npm start', 'npm'],
    ['/usr/local/bin/node /usr/lib/node_modules/npm/bin/npm-cli.js run start', 'npm'],
    ['node --enable-source-maps node_modules/.bin/nodemon main.js', 'nodemon'],
    ['env NODE_ENV=production yarn start', 'yarn'],
    ['tini -- pnpm start', 'pnpm'],
    ['/bin/sh -c node_main.js', 'sh'],
    ['/app/docker-entrypoint.sh', 'docker-entrypoint.sh'],
  ])('finds in `%s` the %s that gets the signal in the place of the service', (command, wrapper) => {
    expect(wrapperOf(command.split(' '))).toBe(wrapper);
  });

  it.each([
    'node dist/main.js',
    'node --max-old-space-size=512 dist/npm-mirror.js',
    'tini -- node main.js',
    '/app/service',
  ])('finds none in `%s`', (command) => {
    expect(wrapperOf(command.split(' '))).toBeUndefined();
  });
});
