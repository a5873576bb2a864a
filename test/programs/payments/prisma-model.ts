import { plan } from './plan.js';

/** What Prisma calls the server. */
export const provider = plan.server === 'postgres' ? 'postgresql' : 'mysql';

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

export const orders = model('orders', 'id');
export const payments = model('payments', 'order_id');

/** As far as it is used; `prisma generate` would write the whole type. */
export interface Tables {
  readonly orders: { create(row: { data: { id: number } }): Promise<unknown> };
  readonly payments: { create(row: { data: { order_id: number } }): Promise<unknown> };
}

interface ExtendedCall {
  readonly args: unknown;
  readonly query: (args: unknown) => Promise<unknown>;
}

export interface Client extends Tables {
  $connect(): Promise<void>;
  $disconnect(): Promise<void>;
  $extends(extension: {
    readonly query: { readonly $allOperations: (call: ExtendedCall) => Promise<unknown> };
  }): Client;
  $transaction<T>(
    work: (tables: Tables) => Promise<T>,
    limits: { readonly maxWait: number; readonly timeout: number },
  ): Promise<T>;
}

export type ClientClass = new (options: { adapter: object }) => Client;
