import { isRecord } from 'nestjs-lifecycle/options';
import { type ApiOperation } from './api-operation.js';
import { type JsonObject } from './json-object.js';
import { LoadSourceError } from '../reading/load-source-error.js';
import { SkippedOperation } from './skipped-operation.js';

/** References that lead to references end here. */
const MOST_HOPS = 20;

/** An OpenAPI 3 or Swagger 2 document whose parts refer to each other. */
export class ApiDocument {
  constructor(
    readonly root: JsonObject,
    readonly isSwagger2: boolean,
  ) {}

  /**
   * The value, or what it refers to within the document.
   *
   * @throws SkippedOperation when that is elsewhere, or nowhere
   */
  resolve(value: unknown): unknown {
    let found = value;
    for (let hops = 0; isRecord(found) && typeof found['$ref'] === 'string'; hops += 1) {
      const ref = found['$ref'];
      if (!ref.startsWith('#/')) throw new SkippedOperation(`refers to ${JSON.stringify(ref)}, outside the document`);
      if (hops === MOST_HOPS) throw new SkippedOperation(`refers to ${JSON.stringify(ref)}, which refers to itself`);
      found = this.#at(ref);
      if (found === undefined) throw new SkippedOperation(`refers to ${JSON.stringify(ref)}, which is not there`);
    }
    return found;
  }

  /** As `resolve`, for what must have fields; anything else is an empty object. */
  resolveObject(value: unknown): JsonObject {
    const found = this.resolve(value);
    return isRecord(found) ? found : {};
  }

  /** What comes before every path, without a slash at its end; hosts are left out. */
  basePathOf({ operation, item }: ApiOperation): string {
    if (this.isSwagger2) return pathOnly(this.root['basePath']);
    const servers = [operation['servers'], item['servers'], this.root['servers']].find(isFilledList);
    const [server] = servers ?? [];
    if (!isRecord(server) || typeof server['url'] !== 'string') return '';
    const variables = isRecord(server['variables']) ? server['variables'] : {};
    const url = server['url'].replaceAll(/\{([^{}]*)\}/g, (_all, name: string) => {
      const variable = variables[name];
      const value = isRecord(variable) ? variable['default'] : undefined;
      return typeof value === 'string' ? value : '';
    });
    return pathOnly(url);
  }

  /** Whether it says that only some may ask it. */
  needsCredentials(operation: JsonObject): boolean {
    const wanted = operation['security'] ?? this.root['security'];
    return isFilledList(wanted) && wanted.every((one) => isRecord(one) && Object.keys(one).length > 0);
  }

  #at(ref: string): unknown {
    let found: unknown = this.root;
    for (const part of ref.slice(2).split('/')) {
      const name = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
      const isThere = typeof found === 'object' && found !== null && Object.hasOwn(found, name);
      found = isThere ? (found as JsonObject)[name] : undefined;
    }
    return found;
  }
}

/** @throws LoadSourceError when the value is no such document */
export function openDocument(value: unknown, file: string): ApiDocument {
  const fail = (message: string): never => {
    throw new LoadSourceError(file, [{ at: '', message }]);
  };
  if (!isRecord(value)) return fail('is no OpenAPI document: it must begin with openapi: 3.1.0, or swagger: "2.0"');
  const { openapi, swagger, paths } = value;
  const isSwagger2 = String(swagger) === '2.0' || swagger === 2;
  if (!isSwagger2 && !/^3\.\d+/.test(String(openapi))) {
    return fail('is no OpenAPI document that is understood: it must say openapi: 3.x, or swagger: "2.0"');
  }
  if (!isRecord(paths)) return fail('has no paths: describe at least one');
  return new ApiDocument(value, isSwagger2);
}

function isFilledList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function pathOnly(url: unknown): string {
  if (typeof url !== 'string') return '';
  const base = 'http://service';
  return URL.canParse(url, base) ? new URL(url, base).pathname.replace(/\/+$/, '') : '';
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A percent sign that encodes nothing stands for itself.
    return part;
  }
}
