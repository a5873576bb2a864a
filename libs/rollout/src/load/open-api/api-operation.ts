import { type JsonObject } from './json-object.js';

/** One method of one path. */
export interface ApiOperation {
  readonly method: string;
  /** As written, with `{name}` for parameters. */
  readonly path: string;
  readonly item: JsonObject;
  readonly operation: JsonObject;
}
