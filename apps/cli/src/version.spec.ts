import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from './version.js';

describe('the version', () => {
  it('is that of the package', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version: VERSION });
  });
});
