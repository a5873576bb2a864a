import { readFileSync } from 'node:fs';

it('runs on the Nest that the project is named for', () => {
  const manifest = readFileSync(require.resolve('@nestjs/core/package.json'), 'utf8');
  expect(manifest).toContain(`"version": "${NEST_MAJOR}.`);
});
