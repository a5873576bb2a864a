import { isRecord } from 'nestjs-lifecycle/options';
import { type GatheredRequests, type LoadNote } from './reading/gathered-requests.js';
import { type ApiDocument, openDocument } from './open-api/api-document.js';
import { type ApiOperation } from './open-api/api-operation.js';
import { operationsOf } from './open-api/operations.js';
import { bodyOf } from './open-api/body.js';
import { parametersOf } from './open-api/parameters.js';
import { LoadSourceError } from './reading/load-source-error.js';
import { problemOfRequest } from './problem-of-request.js';
import { readDocument, type SourceText } from './reading/read-document.js';
import { type RequestKind } from './load-plan.js';
import { SkippedOperation } from './open-api/skipped-operation.js';
import { toRequestKind } from './request-kind.js';

/** A description of a service as it is read. */
export interface OpenApiOptions extends SourceText {
  /** Also asks what may change something: everything but GET. Default: only GET. */
  readonly includeWrites?: boolean;
  /** Sent with every request, as `authorization` where operations ask for it. */
  readonly headers?: Readonly<Record<string, string>>;
}

const MOST_OPERATIONS = 500;

/**
 * The operations of an OpenAPI 3 or Swagger 2 document, each once, with values from its examples, defaults, enumerations, or made by its
 * schemas. What needs something that the document does not say is left out, and the notes say what.
 *
 * @throws LoadSourceError when it is no such document, or has nothing to ask
 */
export function readOpenApi(options: OpenApiOptions): GatheredRequests {
  const document = openDocument(readDocument(options), options.file);
  const notes: LoadNote[] = [];
  const wanted = [...operationsOf(document, notes)].filter(({ method }) => method === 'GET' || options.includeWrites);
  const requests = wanted.slice(0, MOST_OPERATIONS).flatMap((operation) => {
    const result = toKind(document, operation, options.headers ?? {});
    if (typeof result !== 'string') return [result];
    notes.push({ about: nameOf(operation), message: `left out: ${result}` });
    return [];
  });
  notes.push(...notesOn(document, wanted, options));
  if (requests.length > 0) return { requests, notes };
  const why = notes.slice(0, 5).map(({ about, message }) => `; ${about}: ${message}`);
  throw new LoadSourceError(options.file, [{ at: 'paths', message: `has no operation to ask${why.join('')}` }]);
}

function nameOf({ method, path }: ApiOperation): string {
  return `${method} ${path}`;
}

function toKind(
  document: ApiDocument,
  operation: ApiOperation,
  headers: Readonly<Record<string, string>>,
): RequestKind | string {
  try {
    const parameters = parametersOf(document, operation);
    const body = bodyOf(document, operation);
    const kind = toRequestKind({
      name: nameOf(operation),
      method: operation.method,
      path: document.basePathOf(operation) + parameters.path,
      transport: isEventStream(document, operation) ? 'event-stream' : 'http1',
      headers: { ...body?.headers, ...parameters.headers, ...headers },
      body: body?.text,
    });
    return problemOfRequest(kind) ?? kind;
  } catch (error) {
    if (error instanceof SkippedOperation) return error.message;
    throw error;
  }
}

function isEventStream(document: ApiDocument, { operation }: ApiOperation): boolean {
  const responses = isRecord(operation['responses']) ? operation['responses'] : {};
  const success = document.resolve(responses['200']);
  const content = isRecord(success) && isRecord(success['content']) ? success['content'] : {};
  return 'text/event-stream' in content;
}

function notesOn(document: ApiDocument, wanted: readonly ApiOperation[], options: OpenApiOptions): LoadNote[] {
  const notes: LoadNote[] = [];
  const secured = wanted.filter(({ operation }) => document.needsCredentials(operation));
  if (secured.length > 0 && options.headers === undefined) {
    const message = 'ask for credentials: give headers, or they may answer 401, which counts as an answer';
    notes.push({ about: `${secured.length} operations`, message });
  }
  if (wanted.length > MOST_OPERATIONS) {
    const about = `${wanted.length - MOST_OPERATIONS} operations`;
    notes.push({ about, message: `left out: only the first ${MOST_OPERATIONS} are asked` });
  }
  return notes;
}
