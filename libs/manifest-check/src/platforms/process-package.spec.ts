import { checkFiles } from '../check-files.js';

const IMAGE = 'FROM node:24\nWORKDIR /app\nCOPY . .\nCMD ["node", "main.js"]\n';
const ROOT = '{"scripts":{"start":"node root.js"}}';
const API = '{"scripts":{"start":"node dist/api.js"}}';

function remedyOf(files: Readonly<Record<string, string>>): string | undefined {
  const checked = Object.entries(files).filter(([path]) => !path.endsWith('package.json'));
  const { findings } = checkFiles(
    checked.map(([path, text]) => ({ path, text })),
    { readNeighbour: (path) => files[path] },
  );
  return findings.find(({ rule }) => rule === 'platform-signal-not-forwarded')?.remedy;
}

describe('the package.json that a process is started by', () => {
  it('is the one of the working directory, as the image has it', () => {
    const compose = 'services: { api: { build: ., working_dir: /app/apps/api, command: npm start } }';
    const files = { Dockerfile: IMAGE, 'package.json': ROOT, 'apps/api/package.json': API };
    expect(remedyOf({ 'compose.yaml': compose, ...files })).toBe('command: ["node", "dist/api.js"]');
  });

  it('is the one of the directory that the Dockerfile of Compose says', () => {
    const compose = 'services: { api: { build: { context: ., dockerfile: apps/api/Dockerfile }, command: npm start } }';
    const files = {
      'apps/api/Dockerfile': IMAGE.replace('WORKDIR /app\nCOPY . .', 'COPY . /app\nWORKDIR /app/apps/api'),
      'package.json': ROOT,
      'apps/api/package.json': API,
    };
    expect(remedyOf({ 'compose.yaml': compose, ...files })).toBe('command: ["node", "dist/api.js"]');
  });

  it.each(['"./apps/api:/srv/api:ro"', '{ type: bind, source: ./apps/api, target: /srv/api }'])(
    'is the one of the folder that is mounted by %s',
    (volume) => {
      const compose = `services: { api: { image: 'node:24', volumes: [${volume}], working_dir: /srv/api, command: npm start } }`;
      expect(remedyOf({ 'compose.yaml': compose, 'package.json': ROOT, 'apps/api/package.json': API })).toBe(
        'command: ["node", "dist/api.js"]',
      );
    },
  );

  it('is the one beside fly.toml and beside a Procfile', () => {
    const fly = 'app = "x"\n[processes]\n  web = "npm start"\n';
    expect(remedyOf({ 'fly.toml': fly, 'package.json': ROOT })).toBe('[processes]\n  web = "node root.js"');
    expect(remedyOf({ Procfile: 'web: npm start\n', 'package.json': ROOT })).toBe('web: node root.js');
  });

  it('is a guess where no file shows it', () => {
    const compose = "services: { api: { image: 'node:24', working_dir: /srv/api, command: npm start } }";
    expect(remedyOf({ 'compose.yaml': compose, 'package.json': ROOT })).toContain('# dist/main.js is a guess');
  });
});

describe('a remedy in JSON', () => {
  it('gives a task of Nomad its arguments once', () => {
    const config = { image: 'node:24', command: 'npm', args: ['start'] };
    const job = {
      Job: { ID: 'x', TaskGroups: [{ Name: 'g', Tasks: [{ Name: 'a', Driver: 'docker', Config: config }] }] },
    };
    const [remedy = ''] = (remedyOf({ 'job.json': JSON.stringify(job) }) ?? '').split('\n(');
    expect(JSON.parse(`{${remedy}}`)).toEqual({ command: 'node', args: ['dist/main.js'] });
    expect(remedy.match(/"args"/g)).toHaveLength(1);
  });

  it('separates the keys of ECS', () => {
    const container = { name: 'a', image: 'node:24', entryPoint: ['npm'], command: ['start'] };
    const task = { family: 'x', containerDefinitions: [container] };
    const [remedy = ''] = (remedyOf({ 'task.json': JSON.stringify(task) }) ?? '').split('\n(');
    expect(JSON.parse(`{${remedy}}`)).toEqual({ entryPoint: ['node', 'dist/main.js'], command: [] });
  });
});

describe('a script that people run while they write the service', () => {
  const WATCH = '{"scripts":{"start":"nest start --watch","serve":"node dist/main.js"}}';
  const rulesOf = (files: Readonly<Record<string, string>>): readonly string[] => {
    const checked = Object.entries(files).filter(([path]) => !path.endsWith('package.json'));
    const texts = checked.map(([path, text]) => ({ path, text }));
    return checkFiles(texts, { readNeighbour: (path) => files[path] }).findings.map(({ rule }) => rule);
  };
  const pm2 = (app: string): string => `module.exports = { apps: [{ name: 'api', ${app} }] };\n`;

  it.each([
    ['PM2', 'ecosystem.config.js', pm2("cwd: './api', script: 'yarn', args: 'start'")],
    ['PM2, by one command', 'ecosystem.config.js', pm2("cwd: './api', script: 'yarn start'")],
    [
      'Compose',
      'compose.yaml',
      "services: { api: { image: 'node:24', volumes: ['./api:/srv'], working_dir: /srv, command: yarn start } }",
    ],
  ])('is no server under %s', (_what, path, text) => {
    expect(rulesOf({ [path]: text, 'api/package.json': WATCH })).toEqual([]);
  });

  it('is told from the others of the same package', () => {
    const text = pm2("cwd: './api', script: 'yarn', args: 'serve'");
    expect(rulesOf({ 'ecosystem.config.js': text, 'api/package.json': WATCH })).toEqual([
      'pm2-kill-timeout',
      'platform-signal-not-forwarded',
    ]);
  });
});
