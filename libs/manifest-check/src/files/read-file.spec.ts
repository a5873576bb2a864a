import { UnusableInput } from '../source/unusable-input.js';
import { type PlatformFile } from '../platforms/platform-file.js';
import { readFile } from './read-file.js';

function read(path: string, text: string): PlatformFile {
  const [file] = readFile({ path, text }).platforms;
  if (file === undefined) throw new Error('it is of no platform');
  return file;
}

describe('files of other platforms', () => {
  it.each([
    ['taskdef.json', '{"family":"orders","containerDefinitions":[]}', 'ecs', 'orders'],
    ['out.json', '{"taskDefinition":{"containerDefinitions":[]}}', 'ecs', ''],
    [
      'service.yaml',
      'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: orders }',
      'cloud-run',
      'orders',
    ],
    ['ecosystem.config.json', '{"apps":[]}', 'pm2', ''],
    ['pm2.yaml', 'apps: []', 'pm2', ''],
    ['ecosystem.json', '[{ "name": "orders", "script": "main.js" }]', 'pm2', ''],
    ['ecosystem.config.cjs', 'module.exports = {}', 'pm2', ''],
    ['process.prod.json', '{ "apps": [{ "script": "main.js" }] }', 'pm2', ''],
    ['shop.config.mjs', 'export default { apps: [{ script: "main.js" }] };', 'pm2', ''],
    ['shop.json', '{ "apps": [{ "name": "orders", "script": "main.js" }] }', 'pm2', ''],
    ['orders.service', '[Service]\nExecStart=/usr/bin/node main.js', 'systemd', ''],
    ['deploy/docker-compose.prod.yml', 'services: { api: {} }', 'compose', ''],
    ['compose.yaml', 'services: { api: {} }', 'compose', ''],
    ['compose.yaml', 'include: [api.yaml]', 'compose', ''],
    ['orders.stack.yml', 'version: "3.8"\nservices: { api: { image: acme/orders } }', 'compose', ''],
    ['Dockerfile', 'FROM node', 'dockerfile', ''],
    ['api.Dockerfile', 'FROM node', 'dockerfile', ''],
    ['Dockerfile.prod', 'FROM node', 'dockerfile', ''],
  ])('are known by name or content: %s', (path, text, platform, name) => {
    expect(read(path, text)).toMatchObject({ platform, name });
  });

  it.each([
    ['values.yaml', 'services: { a: 1 }'],
    ['values.prod.yaml', 'services: { api: { image: acme/orders } }'],
    ['umbrella.yaml', 'global: {}\nservices: { api: { image: acme/orders } }'],
    ['render.yaml', 'services: [{ name: api, image: acme/orders }]'],
    ['package.json', '{"name":"a"}'],
    ['k8s.yaml', 'apiVersion: v1\nkind: Service\nspec: {}'],
    ['list.yaml', '- 1\n'],
    ['process.yaml', '- name: build\n'],
    ['migrate.js', 'module.exports = { broken'],
    ['jest.config.js', 'module.exports = { broken'],
    ['apps.json', '{ "apps": ["orders"] }'],
    ['Dockerfile.dockerignore', 'node_modules'],
  ])('are not taken for one: %s', (path, text) => {
    expect(readFile({ path, text }).platforms).toEqual([]);
  });
});

describe('a systemd unit', () => {
  const text = [
    '# a comment',
    '[Service]',
    'Environment=A=1',
    'Environment = B=2',
    'ExecStart=/usr/bin/node \\',
    '# in between',
    '  main.js',
    '',
    '[Unit]',
    'After=a',
    'After=',
    'After=b',
  ].join('\n');

  it('has sections of options, each of which may be there several times', () => {
    const { root } = read('a.service', text);
    expect(root.at('Service', 'Environment').items.map((item) => [item.text, item.position])).toEqual([
      ['A=1', { line: 3, column: 13 }],
      ['B=2', { line: 4, column: 15 }],
    ]);
    expect(root.at('Unit', 'After').items.map((item) => item.text)).toEqual(['b']);
  });

  it('joins lines that end in a backslash', () => {
    const field = read('a.service', text).root.at('Service', 'ExecStart', 0);
    expect(field.text?.split(/\s+/)).toEqual(['/usr/bin/node', 'main.js']);
  });

  it('is refused with the line that is none', () => {
    expect(() => read('a.service', '[Service]\nnonsense\n')).toThrow(
      'a.service:2:1: "nonsense" is no line of a systemd',
    );
    expect(() => read('a.service', 'A=1\n')).toThrow(UnusableInput);
  });
});

describe('a Dockerfile', () => {
  it('has stages of instructions, with their words', () => {
    const text = 'FROM node AS build\nRUN npm ci\nFROM node\nENTRYPOINT ["node", "main.js"]\nCMD npm start\n';
    const { root } = read('Dockerfile', text);
    const stages = root.at('stages').items.map((stage) =>
      stage.at('instructions').items.map((one) => [
        one.at('keyword').text,
        one.at('form').text,
        one
          .at('words')
          .items.map((word) => word.text)
          .join(' '),
        one.position.line,
      ]),
    );
    expect(stages).toEqual([
      [
        ['FROM', 'shell', 'node AS build', 1],
        ['RUN', 'shell', 'npm ci', 2],
      ],
      [
        ['FROM', 'shell', 'node', 3],
        ['ENTRYPOINT', 'exec', 'node main.js', 4],
        ['CMD', 'shell', 'npm start', 5],
      ],
    ]);
  });

  it('is refused when no parser could be done with it', () => {
    expect(() => read('Dockerfile', 'RUN a\n'.repeat(100_000))).toThrow('more than 256 KB');
  });
});

describe('a JavaScript file', () => {
  it('is read as far as its literals go, without running it', () => {
    const text = `
      const path = require('path'); // { not this }
      const max_restarts = 3, known = { watch: false, name: 'orders' };
      module.exports = {
        ...base,
        apps: [
          {
            name: 'replaced', /* the "name" */ 'kill_timeout':30_000, wait_ready: true,
            cwd: path.join(__dirname, 'a', { b: [1, 2] }),
            listen_timeout: 10 * 1000,
            script: \`main.js\`, args: \`\${dir}/x\`,
            start() { return { a: 1 }; },
            [key]: 1,
            shorthand,
            max_restarts, ...known,
            exec_mode: "it's",
          },
        ],
      };
      process.exit(1);`;
    const { root } = read('ecosystem.config.js', text);
    const app = root.at('apps', 0);
    expect(Object.fromEntries(app.entries.map(([key, field]) => [key, field.text]))).toEqual({
      name: 'orders',
      kill_timeout: '30_000',
      wait_ready: 'true',
      cwd: undefined,
      listen_timeout: '10000',
      script: 'main.js',
      shorthand: undefined,
      max_restarts: '3',
      watch: 'false',
      args: undefined,
      exec_mode: "it's",
    });
    expect(app.at('kill_timeout')).toMatchObject({ number: 30_000, position: { line: 8, column: 48 } });
  });

  it.each(['', 'module.exports = () => ({ apps: [] });', 'import x from "y";', 'export default { apps }'])(
    'has no applications when it exports no literal: %s',
    (text) => {
      expect(read('ecosystem.config.mjs', text).root.at('apps').exists).toBe(false);
    },
  );

  it.each([
    'module.exports = { a: [1, 2',
    'module.exports = { a: [1, 2) }',
    `module.exports = { a: ${'['.repeat(4000)}`,
    `module.exports = { a: ${'('.repeat(100_000)}`,
  ])('is refused when its literal does not end: %#', (text) => {
    expect(() => read('ecosystem.config.js', text)).toThrow(UnusableInput);
  });
});
