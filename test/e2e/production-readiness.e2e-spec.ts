import { NESTS } from '../support/program-kinds.js';
import { startService } from '../support/service.js';

const SECRET = 'changeme-please';
const options = { health: true, productionReadiness: { secrets: ['PAYMENTS_KEY'] } };
const env = { JWT_SECRET: SECRET, DATABASE_URL: `postgres://orders:${SECRET}@localhost/orders` };

describe.each(NESTS)('a service on Nest %i whose configuration is not fit for production', (nest) => {
  it('exits with 1 in production, before it begins anything, with one text that names every problem', async () => {
    const { code, output } = await startService({ nest, options, env: { ...env, NODE_ENV: 'production' } }).exit;
    expect(code).toBe(1);
    expect(output).toContain(
      [
        'The service does not start in production: 3 problems in its configuration.',
        '  - secrets:PAYMENTS_KEY: the variable is not set. Type PAYMENTS_KEY=$(openssl rand -hex 32), and keep it in the secrets of the platform.',
        '  - secrets:JWT_SECRET: its value is a placeholder, which anybody can guess. Type JWT_SECRET=$(openssl rand -hex 32), and keep it in the secrets of the platform.',
        '  - databases:DATABASE_URL: its host is localhost, and in a container nothing else runs there. Type DATABASE_URL=… with the host of the database.',
        "To accept one, type productionReadiness: { accept: { 'secrets:PAYMENTS_KEY': 'why' } }.",
      ].join('\n'),
    );
    expect(output.match(/PAYMENTS_KEY: the variable/g)).toHaveLength(1);
    expect(output).not.toContain('step: database.init');
    expect(output).not.toContain(SECRET);
  });

  it('warns in development, and serves', async () => {
    const service = startService({ nest, options, env: { ...env, NODE_ENV: 'development' } });
    await service.waitForLine(/^listening on/);
    expect(service.output).toMatch(/WARN .*configuration: secrets:PAYMENTS_KEY: the variable is not set/);
    expect(service.output).toMatch(/2 problems, .*In production the service would not start/);
    expect(service.output).not.toContain(SECRET);
    service.signal('SIGTERM');
    expect(await service.exit).toMatchObject({ code: 0 });
  });
});
