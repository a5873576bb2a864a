import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDemo } from '../support/demo-contract.js';

describeDemo('the embedded PostgreSQL', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-'));
  return {
    env: { DEMO_DATA_DIR: join(folder, 'data') },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
});
