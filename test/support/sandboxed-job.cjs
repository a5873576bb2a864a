const { setTimeout } = require('node:timers/promises');
const { Client } = require('pg');

/**
 * The processor of a ledger's jobs, in a process that BullMQ or Bull starts: CommonJS, because Bull loads nothing else.
 * @param {{ readonly data: { readonly number: number } }} job
 */
module.exports = async function work(job) {
  const plan = /** @type {import('../programs/job-plan.js').JobPlan} */ (JSON.parse(process.env['JOBS'] ?? '{}'));
  const { database, jobMs } = plan;
  const client = new Client({ connectionString: database });
  await client.connect();
  const { number } = job.data;
  await client.query('insert into ledger (job, what) values ($1, $2)', [number, 'began']);
  console.log(`took job ${number}`);
  await setTimeout(jobMs[0]);
  await client.query('insert into charges (job) values ($1) on conflict (job) do nothing', [number]);
  await client.query('insert into ledger (job, what) values ($1, $2)', [number, 'did']);
  await client.end();
};
