import { join } from 'node:path';
import { build } from '../support/build.js';
import { makeBundle } from '../support/bundlers.js';
import { describeDemo } from '../support/demo-contract.js';
import { createDemoSchema } from '../support/demo-schema.js';
import { GraphqlClient } from '../support/graphql-world.js';
import { startFile } from '../support/program.js';
import { programFolders, root } from '../support/repository.js';
import { reportOf } from '../support/service.js';

const folder = join(root, 'dist/bundles');
/** Looks for its own parts while it runs, or exists twice in a bundle, as an ES module and as CommonJS. */
const graphqlPackages = ['graphql', '@apollo', '@as-integrations', 'ts-morph', '@nestjs/microservices'];

beforeAll(() => build('demo'));

describe.each(['esbuild', 'SWC', 'webpack', 'bun'] as const)('in one file, minified by %s,', (bundler) => {
  const format = bundler === 'webpack' ? 'cjs' : 'mjs';
  const demo = join(folder, bundler, `demo.${format}`);
  const graphql = join(folder, bundler, `graphql.${format}`);

  beforeAll(() => {
    makeBundle(bundler, { main: join(root, 'dist/apps/demo/main.js'), file: demo });
    makeBundle(bundler, {
      main: join(programFolders[12], 'graphql-service.js'),
      file: graphql,
      external: graphqlPackages,
    });
  });

  describeDemo('a PostgreSQL server', async () => {
    const schema = await createDemoSchema();
    return { main: demo, env: { DATABASE_URL: schema.url }, remove: () => schema.remove() };
  });

  it('subscriptions of GraphQL are ended, by a signal that only Nest listens to', async () => {
    const program = startFile(graphql, { env: { HOOK_SIGNALS: 'SIGUSR2' } });
    const client = new GraphqlClient(await program.url());
    client.start('ticks', 'subscription { ticks }');
    await client.heard;
    program.signal('SIGUSR2');
    expect(await client.closed).toMatchObject({ code: 1001 });
    expect(client.happened).toEqual(['ticks: {"ticks":1}', 'ticks: complete', 'closed 1001']);
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({
      reason: 'SIGUSR2',
      signal: 'SIGUSR2',
      outcome: 'clean',
      webSockets: { closed: 1, terminated: 0 },
    });
  });
});
