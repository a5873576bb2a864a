import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const text = `
syntax = "proto3";
package prices;
service Prices {
  rpc Find (Item) returns (Price);
  rpc Watch (Item) returns (stream Price);
  rpc Sum (stream Item) returns (Price);
  rpc Chat (stream Item) returns (stream Price);
}
message Item { string item = 1; }
message Price { string item = 1; int32 cents = 2; }
`;

let file: string | undefined;

/** The description of the gRPC service, in a file, as Nest wants it. It goes with the process. */
export function protoFile(): string {
  if (file !== undefined) return file;
  const folder = mkdtempSync(join(tmpdir(), 'prices-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  file = join(folder, 'prices.proto');
  writeFileSync(file, text);
  return file;
}
