import { compilePages, stopCleanly } from '../docs/page-programs.js';

it('the program of the page about jobs: the job is done before the database is closed, and the end is clean', async () => {
  const start = compilePages('jobs');
  const { REDIS_URL } = process.env;
  const program = start('jobs', REDIS_URL === undefined ? {} : { REDIS_URL });
  await program.waitForLine(/^a job is done$/);
  const output = await stopCleanly(program);
  expect(output).toMatch(/closed after 1 charges[^]*stopped clean after/);
});
