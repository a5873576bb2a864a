import { describeOrders, describeReports } from '../support/demo-contract.js';
import { createDemoSchema } from '../support/demo-schema.js';
import { openEmbeddedStore } from '../support/demo-store.js';

const openServer = async () => {
  const schema = await createDemoSchema();
  return { env: { DATABASE_URL: schema.url }, remove: () => schema.remove() };
};

describeOrders('a PostgreSQL server', openServer);
describeReports('a PostgreSQL server', openServer);
// `npm test` has the orders of the embedded one.
describeReports('the embedded PostgreSQL', openEmbeddedStore);
