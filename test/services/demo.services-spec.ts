import { describeDemo } from '../support/demo-contract.js';
import { createDemoSchema } from '../support/demo-schema.js';

describeDemo('a PostgreSQL server', async () => {
  const schema = await createDemoSchema();
  return { env: { DATABASE_URL: schema.url }, remove: () => schema.remove() };
});
