import { getPrismaClient, type GetPrismaClientConfig } from '@prisma/client/runtime/client';
import { plan } from './plan.js';

const provider = plan.server === 'postgres' ? 'postgresql' : 'mysql';
const compiler = `@prisma/client/runtime/query_compiler_fast_bg.${provider}`;

const KEY = {
  kind: 'scalar',
  type: 'Int',
  isId: true,
  isRequired: true,
  isUnique: false,
  isList: false,
  isReadOnly: false,
  hasDefaultValue: false,
} as const;

/** A table of one column. */
function model(name: string, field: string) {
  return {
    schema: `model ${name} {\n  ${field} Int @id\n}`,
    data: {
      fields: [{ name: field, ...KEY }],
      dbName: null,
      schema: null,
      primaryKey: null,
      uniqueFields: [],
      uniqueIndexes: [],
    },
  };
}

const orders = model('orders', 'id');
const payments = model('payments', 'order_id');

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

/** As far as it is used; `prisma generate` would write the whole type. */
export interface Tables {
  readonly orders: { create(row: { data: { id: number } }): Promise<unknown> };
  readonly payments: { create(row: { data: { order_id: number } }): Promise<unknown> };
}

interface Client extends Tables {
  $connect(): Promise<void>;
  $disconnect(): Promise<void>;
  $transaction<T>(
    work: (tables: Tables) => Promise<T>,
    limits: { readonly maxWait: number; readonly timeout: number },
  ): Promise<T>;
}

export const PrismaClient = getPrismaClient(config) as unknown as new (options: { adapter: object }) => Client;
