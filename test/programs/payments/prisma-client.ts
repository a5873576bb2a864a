import { getPrismaClient, type GetPrismaClientConfig } from '@prisma/client/runtime/client';
import { type ClientClass, orders, payments, provider } from './prisma-model.js';

const compiler = `@prisma/client/runtime/query_compiler_fast_bg.${provider}`;

/**
 * What `prisma generate` of Prisma 7.10 writes for two tables, with its generator `prisma-client`: the schema, the same as data, and
 * where Prisma's query compiler is, WebAssembly that is part of `@prisma/client`. Written by hand, because that command downloads
 * a binary, which a client with a driver adapter does not use.
 */
const config: GetPrismaClientConfig = {
  previewFeatures: [],
  clientVersion: '7.10.0',
  engineVersion: '0edf323efd1d98336f3f0a68684b56f689b900d3',
  activeProvider: provider,
  inlineSchema: [`datasource db {\n  provider = "${provider}"\n}`, orders.schema, payments.schema].join('\n\n'),
  runtimeDataModel: { models: { orders: orders.data, payments: payments.data }, enums: {}, types: {} },
  // None: what queries have in common is not looked for.
  parameterizationSchema: { strings: [], graph: 'AAAAAAAA' },
  compilerWasm: {
    importName: './query_compiler_fast_bg.js',
    // These files have no types.
    getRuntime: () => import(`${compiler}.js`) as ReturnType<Wasm['getRuntime']>,
    getQueryCompilerWasmModule: async () => {
      const { wasm } = (await import(`${compiler}.wasm-base64.js`)) as { wasm: string };
      // `WebAssembly` is of the types of browsers.
      const { Module } = (globalThis as unknown as { WebAssembly: { Module: new (code: Buffer) => object } })
        .WebAssembly;
      return new Module(Buffer.from(wasm, 'base64'));
    },
  },
};

type Wasm = NonNullable<GetPrismaClientConfig['compilerWasm']>;

export const PrismaClient = getPrismaClient(config) as unknown as ClientClass;
