import { describeOrders } from '../support/demo-contract.js';
import { openEmbeddedStore } from '../support/demo-store.js';

describeOrders('the embedded PostgreSQL', openEmbeddedStore);
