import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type ClientClass, orders, payments, provider } from './prisma-model.js';

/** Prisma of another version: its client, and its adapter for a driver. */
export interface PrismaOfFolder {
  readonly PrismaClient: ClientClass;
  readonly adapter: (url: string, schema: string | undefined, size: number) => object;
}

/**
 * Prisma 5.11 to 7 for PostgreSQL, from a folder with `@prisma/client` and `@prisma/adapter-pg`. The configuration is what
 * `prisma generate` would write, by hand as in prisma-client.ts: queries go through WebAssembly that is part of `@prisma/client`. In
 * Prisma 5 that is its whole engine, later its query compiler.
 */
export function prismaOfFolder(folder: string): PrismaOfFolder {
  const load = createRequire(join(folder, 'package.json'));
  const manifest = load.resolve('@prisma/client/package.json');
  const { version } = load(manifest) as { version: string };
  const runtime = join(dirname(manifest), 'runtime');
  const isOldest = version.startsWith('5.');
  const config = { ...configOf(version), ...(isOldest ? engineWasm(runtime, load) : compilerWasm(runtime, load)) };
  // The files of Prisma, which are loaded from where they are.
  const { getPrismaClient } = load(join(runtime, isOldest ? 'wasm.js' : 'client.js')) as {
    getPrismaClient: (settings: object) => ClientClass;
  };
  const { PrismaPg } = load('@prisma/adapter-pg') as { PrismaPg: new (pool: object, options: object) => object };
  const { Pool } = load('pg') as { Pool: new (options: object) => object };
  return {
    PrismaClient: getPrismaClient(config),
    adapter: (connectionString, schema, max) => {
      const options = { connectionString, max };
      // Prisma 5 takes a pool, which its client ends.
      return new PrismaPg(isOldest ? new Pool(options) : options, schema === undefined ? {} : { schema });
    },
  };
}

type Load = ReturnType<typeof createRequire>;

function engineWasm(runtime: string, load: Load): object {
  const engine = join(runtime, `query_engine_bg.${provider}`);
  return {
    engineWasm: {
      getRuntime: () => load(`${engine}.js`) as object,
      getQueryEngineWasmModule: async () => compiled(readFileSync(`${engine}.wasm`)),
    },
  };
}

function compilerWasm(runtime: string, load: Load): object {
  const compiler = join(runtime, `query_compiler_bg.${provider}`);
  return {
    compilerWasm: {
      importName: './query_compiler_bg.js',
      getRuntime: async () => load(`${compiler}.js`) as object,
      getQueryCompilerWasmModule: async () => {
        const { wasm } = load(`${compiler}.wasm-base64.js`) as { wasm: string };
        return compiled(Buffer.from(wasm, 'base64'));
      },
    },
  };
}

function compiled(bytes: Buffer): object {
  // `WebAssembly` is of the types of browsers.
  const { Module } = (globalThis as unknown as { WebAssembly: { Module: new (code: Buffer) => object } }).WebAssembly;
  return new Module(bytes);
}

function configOf(version: string): object {
  const url = { fromEnvVar: null, value: 'postgresql://localhost' };
  const previewFeatures = version.startsWith('5.') ? ['driverAdapters'] : [];
  const source = `datasource db {\n  provider = "${provider}"\n${version.startsWith('7.') ? '' : `  url = "${url.value}"\n`}}`;
  return {
    previewFeatures,
    ...{ clientVersion: version, engineVersion: 'none', activeProvider: provider },
    inlineSchema: [source, orders.schema, payments.schema].join('\n\n'),
    inlineSchemaHash: 'none',
    runtimeDataModel: { models: { orders: orders.data, payments: payments.data }, enums: {}, types: {} },
    parameterizationSchema: { strings: [], graph: 'AAAAAAAA' },
    // Of Prisma 5 and 6.
    generator: {
      name: 'client',
      provider: { fromEnvVar: null, value: 'prisma-client-js' },
      output: null,
      ...{ config: {}, binaryTargets: [], previewFeatures },
    },
    ...{ datasourceNames: ['db'], inlineDatasources: { db: { url } } },
    ...{ relativePath: '.', dirname: '.', relativeEnvPaths: {}, copyEngine: true },
    injectableEdgeEnv: () => ({ parsed: {} }),
  };
}
