import { describeDemo, describeReports } from '../support/demo-contract.js';
import { createDemoSchema } from '../support/demo-schema.js';
import { openEmbeddedStore } from '../support/demo-store.js';

describeDemo('a PostgreSQL server', async () => {
  const schema = await createDemoSchema();
  return { env: { DATABASE_URL: schema.url }, remove: () => schema.remove() };
});
// `npm test` has the orders of the embedded one.
describeReports('the embedded PostgreSQL', openEmbeddedStore);
