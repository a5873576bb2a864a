import { loadAccess } from './load-access.js';

// What is loaded with the official client is tested with the command: Jest cannot load ES modules.
describe('loadAccess', () => {
  it('says what to install where the official client is missing', async () => {
    const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    await expect(loadAccess(undefined, () => Promise.reject(missing))).rejects.toThrow(
      'npm install --save-dev @kubernetes/client-node@1.4.0',
    );
  });

  it('says so too where another package has its name', async () => {
    await expect(loadAccess(undefined, async () => ({}))).rejects.toThrow('has no KubeConfig');
  });
});
