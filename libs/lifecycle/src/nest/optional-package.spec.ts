import { importOptional } from './optional-package.js';

const failing = (code: string, message: string) => (): Promise<never> =>
  Promise.reject(Object.assign(new Error(message), { code }));

describe('importOptional', () => {
  it('gives the package that is there', async () => {
    expect(await importOptional('node:path', () => import('node:path'))).toHaveProperty('join');
  });

  it.each([
    ['CommonJS', 'MODULE_NOT_FOUND', "Cannot find module '@nestjs/config'\nRequire stack:\n- /app/main.js"],
    ['ES modules', 'ERR_MODULE_NOT_FOUND', "Cannot find package '@nestjs/config' imported from /app/main.js"],
    [
      "Plug'n'Play",
      'MODULE_NOT_FOUND',
      'nestjs-lifecycle tried to access @nestjs/config (a peer dependency) but it is not',
    ],
  ])('gives nothing where it is not installed (%s)', async (_format, code, message) => {
    expect(await importOptional('@nestjs/config', failing(code, message))).toBeUndefined();
  });

  it.each([
    [
      'that lacks a package of its own',
      "Cannot find package 'dotenv' imported from /app/node_modules/@nestjs/config/index.js",
      'ERR_MODULE_NOT_FOUND',
    ],
    ['that throws', 'this @nestjs/config is broken', 'ERR_BROKEN'],
  ])('does not hide one %s', async (_what, message, code) => {
    await expect(importOptional('@nestjs/config', failing(code, message))).rejects.toThrow(message);
  });
});
